// slipway-sandbox: everything that Slipway does between making a process and that process becoming a program.
//
// It is a program of its own, in C and linked statically, because namespaces, users and capabilities belong to a thread
// and have to be changed by a process that has only one, which no process with Swift's runtime in it is, and because
// starting it costs a third of a millisecond.
//
//   slipway-sandbox serve [OPTION…]                      steps, one after another or side by side; Slipway's
//                                                        `ContainedSandbox` is the caller
//   slipway-sandbox run [OPTION…] -- PROGRAM ARGUMENT…   one step
//   slipway-sandbox init STOP [OPTION…] -- PROGRAM …     the first process of a container; bubblewrap is the caller
//   slipway-sandbox userns -- PROGRAM ARGUMENT…          Slipway itself, in a user namespace
//   slipway-sandbox probe DIRECTORY                      what the machine allows
//
// `serve` makes the mounts that a stage's programs share, once, and forks a supervisor for each program (serve.h); `run`
// is the supervisor of one program: it reads the environment from standard input, gives the program its own standard
// output for both output streams, and reports on the descriptor of standard error (status.h). These processes take part:
//
//   Slipway ── server ── supervisor ── program                           on the host
//   Slipway ── server ── supervisor ── bwrap ── init (1) ── program      in a container
//
// Containers are bubblewrap's (https://github.com/containers/bubblewrap). This program does what that one cannot: it
// mounts overlays, keeps the upper directory clean, changes users without a user namespace, makes the working
// directory, tells a program that is missing from one that fails, and sees to it that everything ends.
//
// The supervisor is there until everything else is gone; it dies of nothing but KILL, and takes everything along when
// Slipway dies.

#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "container_init.h"
#include "probe.h"
#include "run.h"
#include "serve.h"
#include "status.h"
#include "user_namespace.h"

int main(int count, char **words) {
  if (count >= 2 && strcmp(words[1], "run") == 0) return run_command(count - 2, words + 2);
  if (count >= 2 && strcmp(words[1], "serve") == 0) return serve_command(count - 2, words + 2);
  if (count >= 2 && strcmp(words[1], "init") == 0) return container_init_command(count - 2, words + 2);
  if (count >= 2 && strcmp(words[1], "userns") == 0) return user_namespace_command(count - 2, words + 2);
  if (count >= 2 && strcmp(words[1], "probe") == 0) return probe_command(count - 2, words + 2);
  fprintf(stderr, "usage: slipway-sandbox run [OPTION...] -- PROGRAM ARGUMENT...\n"
                  "       slipway-sandbox userns -- PROGRAM ARGUMENT...\n"
                  "       slipway-sandbox probe DIRECTORY\n");
  return EXIT_SETUP_FAILED;
}
