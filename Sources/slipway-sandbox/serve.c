#define _GNU_SOURCE
#include "serve.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host.h"
#include "request.h"
#include "run.h"
#include "status.h"

enum { SOCKET = 0, DESCRIPTOR_COUNT = 3 };

/// Returns false when Slipway has closed the socket, or is gone.
static bool receive(int descriptors[DESCRIPTOR_COUNT]) {
  char byte;
  struct iovec bytes = {.iov_base = &byte, .iov_len = 1};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(DESCRIPTOR_COUNT * sizeof(int))];
  } control;
  struct msghdr message = {
    .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  ssize_t count;
  do {
    count = recvmsg(SOCKET, &message, MSG_CMSG_CLOEXEC);
  } while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header == NULL || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int[DESCRIPTOR_COUNT]))) {
    return false;
  }
  memcpy(descriptors, CMSG_DATA(header), sizeof(int[DESCRIPTOR_COUNT]));
  return true;
}

int serve_command(int count, char **words) {
  syscall(SYS_close_range, 3, ~0U, 0);
  // Away from the terminal: Ctrl-C is for Slipway.
  setsid();
  // `fail` reports there.
  dup2(SOCKET, 2);
  signal(SIGPIPE, SIG_IGN);
  // Nobody here asks how a supervisor ended; it reports by itself.
  signal(SIGCHLD, SIG_IGN);
  struct request common;
  request_read_options(&common, count, words);
  host_share(&common);

  int descriptors[DESCRIPTOR_COUNT];
  while (receive(descriptors)) {
    pid_t child = fork();
    if (child == 0) {
      // In this order: none of the three can be one of the numbers that it is moved to.
      for (int i = 0; i < DESCRIPTOR_COUNT; i++) dup2(descriptors[i], i);
      return run_served();
    }
    int error = errno;
    if (child < 0) status_report_to(descriptors[2], "namespace-refused", error, "no process can be made");
    for (int i = 0; i < DESCRIPTOR_COUNT; i++) close(descriptors[i]);
  }
  return 0;
}
