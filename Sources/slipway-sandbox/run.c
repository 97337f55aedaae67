#define _GNU_SOURCE
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "container.h"
#include "program.h"
#include "request.h"
#include "status.h"
#include "supervise.h"

static void terminate_descendants(pid_t child) {
  (void)child;
  signal_descendants(SIGTERM);
}

static void kill_descendants(pid_t child) {
  (void)child;
  signal_descendants(SIGKILL);
}

static void become_supervisor(void) {
  status_take_over(3);
  // Away from the terminal: Ctrl-C is for Slipway, which then asks for a graceful end.
  setsid();
  supervise_block_signals();
  // A report to a Slipway that is gone must not be the end of this process.
  signal(SIGPIPE, SIG_IGN);
  // Whoever loses its parent in here becomes a child of this process and is found when everything is to end.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static void enter_control_groups(const struct request *request) {
  for (size_t i = 0; i < request->control_group_count; i++) {
    int directory = open(request->control_groups[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
    int processes = directory < 0 ? -1 : openat(directory, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    // Zero stands for whoever writes it.
    if (processes < 0 || write(processes, "0", 1) != 1) {
      fail("limit-refused", errno, "the control group %s cannot be entered", request->control_groups[i]);
    }
    close(processes);
    close(directory);
  }
}

static int run(const struct request *request, int stop) {
  enter_control_groups(request);
  if (request->terminal != NULL) {
    // Here, where its name still means something; everything that comes from this process inherits it.
    int terminal = open(request->terminal, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0 || dup2(terminal, 1) < 0) {
      fail("invalid-request", errno, "the terminal %s cannot be opened", request->terminal);
    }
    close(terminal);
  }

  struct supervision supervision = {
    .grace_milliseconds = request->grace_milliseconds,
    .watches_slipway = true,
    .stop = stop,
    .terminate = request->is_container ? container_terminate : terminate_descendants,
    .kill = kill_descendants,
    .report = request->is_container ? container_report_end : status_report_end,
  };
  if (request->is_container) {
    supervision.child = container_start(request);
  } else {
    supervision.child = fork();
    if (supervision.child < 0) fail("namespace-refused", errno, "no process can be made");
    if (supervision.child == 0) program_run(request);
  }
  int status = supervise(&supervision);
  if (request->is_container) container_clear(request);
  return exit_code_of(status);
}

int run_command(int count, char **words) {
  become_supervisor();
  struct request request;
  request_read(&request, count, words);
  return run(&request, -1);
}

int run_served(void) {
  become_supervisor();
  struct request request;
  request_read_served(&request);
  // Not through main: nothing of the server's is to be done again here.
  _exit(run(&request, status_descriptor()));
}
