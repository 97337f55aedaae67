#define _GNU_SOURCE
#include "container_init.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "program.h"
#include "request.h"
#include "status.h"
#include "supervise.h"

enum { STOP_DESCRIPTOR = 3 };

static void terminate_all(pid_t child) {
  (void)child;
  // Everything in the container but this process.
  kill(-1, SIGTERM);
  kill(-1, SIGCONT);
}

static void kill_all(pid_t child) {
  (void)child;
  kill(-1, SIGKILL);
}

int container_init_command(int count, char **words) {
  // Anywhere else, the signals for everything in the container would go to everything on the machine.
  if (count < 1 || getpid() != 1) {
    fprintf(stderr, "slipway-sandbox init is for the first process of a container\n");
    return EXIT_SETUP_FAILED;
  }
  if (dup2(atoi(words[0]), STOP_DESCRIPTOR) < 0) return EXIT_SETUP_FAILED;
  fcntl(STOP_DESCRIPTOR, F_SETFD, FD_CLOEXEC);
  status_take_over(STOP_DESCRIPTOR + 1);
  supervise_block_signals();
  struct request request;
  request_read(&request, count - 1, words + 1);
  request.is_container = true;

  pid_t program = fork();
  if (program < 0) fail("namespace-refused", errno, "no process can be made in the container");
  if (program == 0) program_run(&request);

  // The program sees this process as number 1. Its memory holds the environment.
  prctl(PR_SET_NAME, "slipway-init");
  prctl(PR_SET_DUMPABLE, 0);
  for (int i = 0; i < count; i++) memset(words[i], 0, strlen(words[i]));

  // The grace period is the supervisor's, outside; it kills this process, and the kernel kills the rest.
  struct supervision supervision = {
    .child = program,
    .grace_milliseconds = -1,
    .watches_slipway = false,
    .stop = STOP_DESCRIPTOR,
    .terminate = terminate_all,
    .kill = kill_all,
    .report = status_report_end,
  };
  return exit_code_of(supervise(&supervision));
}
