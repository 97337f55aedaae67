#define _GNU_SOURCE
#include "container.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bubblewrap.h"
#include "container_files.h"
#include "container_mounts.h"
#include "mount_points.h"
#include "mounting.h"
#include "privileges.h"
#include "root_directory.h"
#include "status.h"

/// What bubblewrap and the container's first process write to their standard error.
static int said = -1;
/// The container ends when something can be read at the other end. A signal would be lost before there is a process
/// that reads it.
static int stop = -1;

static _Noreturn void become_container(const struct request *request, int stop_reader) {
  // The supervisor has one thread, so this is about the supervisor's own death and nothing less.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  umask(022);
  if (unshare(CLONE_NEWNS) != 0) fail("namespace-refused", errno, "the container's mounts cannot be made");
  make_mounts_private();
  int root = root_directory_mount(request);
  // Only in a privileged container can the root's device nodes be used: otherwise the container's root could make one
  // for the host's disk and read it. Docker refuses that with a device control group, which needs a writable hierarchy.
  bubblewrap_option(request->is_privileged ? "--dev-bind" : "--bind", request->upper, "/", NULL);
  container_files_add(request, root);
  container_mounts_add(request, root);
  mount_points_seal();
  close(root);
  privileges_add(request);
  bubblewrap_execute(request, said, stop_reader);
}

pid_t container_start(const struct request *request) {
  if (access(request->bubblewrap, X_OK) != 0) {
    fail("bubblewrap-missing", errno, "%s, which makes the containers, cannot be started", request->bubblewrap);
  }
  int upper = open(request->upper, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (upper < 0) fail("mount-refused", errno, "the directory %s cannot be opened", request->upper);
  mount_points_begin(upper);
  said = memory_file();
  int pipe[2];
  if (pipe2(pipe, O_CLOEXEC) != 0) fail("container-failed", errno, "the container gets no pipe");
  stop = pipe[1];

  pid_t child = fork();
  if (child < 0) fail("namespace-refused", errno, "no process can be made");
  if (child == 0) become_container(request, pipe[0]);
  close(pipe[0]);
  return child;
}

void container_terminate(pid_t bubblewrap) {
  (void)bubblewrap;
  // It fails when the container has ended just now.
  if (write(stop, "", 1) < 0) return;
}

void container_report_end(int wait_status) {
  if (status_is_reported()) return;
  char text[4096];
  ssize_t length = pread(said, text, sizeof text - 1, 0);
  text[length < 0 ? 0 : length] = '\0';
  for (const char *line = text; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
    if (status_forward_line(line)) return;
  }
  // The container was killed as a whole, before its first process could tell of the program. Bubblewrap, when it lived
  // long enough, passes that on as a shell does.
  if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) > 128) wait_status = WEXITSTATUS(wait_status) - 128;
  if (WIFSIGNALED(wait_status)) {
    status_report_end(wait_status);
  } else {
    text[strcspn(text, "\n")] = '\0';
    status_report_error("container-failed", 0, "no container was made: %s", text);
  }
}

void container_clear(const struct request *request) {
  mount_points_clear();
  root_directory_clear(request);
}
