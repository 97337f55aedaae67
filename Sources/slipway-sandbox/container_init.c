#define _GNU_SOURCE
#include "container_init.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "program.h"
#include "status.h"
#include "supervise.h"

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

_Noreturn void container_init_run(const struct request *request, int count, char **words) {
  pid_t program = fork();
  if (program < 0) fail("namespace-refused", errno, "no process can be made in the container");
  if (program == 0) program_run(request);

  // The program sees this process as number 1. Its command line tells of the host's directories, its memory of the
  // environment.
  prctl(PR_SET_NAME, "slipway-init");
  prctl(PR_SET_DUMPABLE, 0);
  for (int i = 0; i < count; i++) memset(words[i], 0, strlen(words[i]));

  // The grace period is the supervisor's, outside; it kills this process, and the kernel kills the rest.
  struct supervision supervision = {
    .child = program, .grace_milliseconds = -1, .watches_slipway = false, .terminate = terminate_all, .kill = kill_all
  };
  _exit(exit_code_of(supervise(&supervision)));
}
