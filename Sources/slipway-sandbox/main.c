// slipway-sandbox: everything that Slipway does between making a process and that process becoming a program.
//
// It is a program of its own, in C and linked statically, because namespaces, users and capabilities belong to a thread
// and have to be changed by a process that has only one, which no process with Swift's runtime in it is, and because
// starting it costs a third of a millisecond.
//
//   slipway-sandbox run [OPTION…] -- PROGRAM ARGUMENT…   a step; Slipway's `ContainedSandbox` is the caller
//   slipway-sandbox init STOP [OPTION…] -- PROGRAM …     the first process of a container; bubblewrap is the caller
//   slipway-sandbox userns -- PROGRAM ARGUMENT…          Slipway itself, in a user namespace
//   slipway-sandbox probe DIRECTORY                      what the machine allows
//
// `run` reads the program's environment from standard input, gives it its own standard output for both output streams,
// and reports on the descriptor of standard error (status.h). These processes take part:
//
//   Slipway ── supervisor ── program                           on the host
//   Slipway ── supervisor ── bwrap ── init (1) ── program      in a container
//
// Containers are bubblewrap's (https://github.com/containers/bubblewrap). This program does what that one cannot: it
// mounts overlays, keeps the upper directory clean, changes users without a user namespace, makes the working
// directory, tells a program that is missing from one that fails, and sees to it that everything ends.
//
// The supervisor is there until everything else is gone; it dies of nothing but KILL, and takes everything along when
// Slipway dies.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "container.h"
#include "container_init.h"
#include "probe.h"
#include "program.h"
#include "request.h"
#include "status.h"
#include "supervise.h"
#include "user_namespace.h"

static void terminate_descendants(pid_t child) {
  (void)child;
  signal_descendants(SIGTERM);
}

static void kill_descendants(pid_t child) {
  (void)child;
  signal_descendants(SIGKILL);
}

static int run(int count, char **words) {
  status_take_over(3);
  // Away from the terminal: Ctrl-C is for Slipway, which then asks for a graceful end.
  setsid();
  supervise_block_signals();
  // A report to a Slipway that is gone must not be the end of this process.
  signal(SIGPIPE, SIG_IGN);
  // Whoever loses its parent in here becomes a child of this process and is found when everything is to end.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  struct request request;
  request_read(&request, count, words);
  if (request.terminal != NULL) {
    // Here, where its name still means something; everything that comes from this process inherits it.
    int terminal = open(request.terminal, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0 || dup2(terminal, 1) < 0) {
      fail("invalid-request", errno, "the terminal %s cannot be opened", request.terminal);
    }
    close(terminal);
  }

  struct supervision supervision = {
    .grace_milliseconds = request.grace_milliseconds,
    .watches_slipway = true,
    .stop = -1,
    .terminate = request.is_container ? container_terminate : terminate_descendants,
    .kill = kill_descendants,
    .report = request.is_container ? container_report_end : status_report_end,
  };
  if (request.is_container) {
    supervision.child = container_start(&request);
  } else {
    supervision.child = fork();
    if (supervision.child < 0) fail("namespace-refused", errno, "no process can be made");
    if (supervision.child == 0) program_run(&request);
  }
  int status = supervise(&supervision);
  if (request.is_container) container_clear(&request);
  return exit_code_of(status);
}

int main(int count, char **words) {
  if (count >= 2 && strcmp(words[1], "run") == 0) return run(count - 2, words + 2);
  if (count >= 2 && strcmp(words[1], "init") == 0) return container_init_command(count - 2, words + 2);
  if (count >= 2 && strcmp(words[1], "userns") == 0) return user_namespace_command(count - 2, words + 2);
  if (count >= 2 && strcmp(words[1], "probe") == 0) return probe_command(count - 2, words + 2);
  fprintf(stderr, "usage: slipway-sandbox run [OPTION...] -- PROGRAM ARGUMENT...\n"
                  "       slipway-sandbox userns -- PROGRAM ARGUMENT...\n"
                  "       slipway-sandbox probe DIRECTORY\n");
  return EXIT_SETUP_FAILED;
}
