#define _GNU_SOURCE
#include "supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "status.h"

enum { SETTLE_MILLISECONDS = 100, KILL_AGAIN_MILLISECONDS = 5 };

static sigset_t watched_signals(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  return signals;
}

void supervise_block_signals(void) {
  sigset_t signals = watched_signals();
  sigprocmask(SIG_BLOCK, &signals, NULL);
  // An ignored SIGCHLD is inherited, and would have the kernel reap the children itself.
  signal(SIGCHLD, SIG_DFL);
}

static int64_t now_milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int exit_code_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/// Signals the descendants of `process`, deepest last. A process that forks meanwhile is met in the next round.
static void signal_children(pid_t process, int signal, int depth) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", process, process);
  FILE *children = fopen(path, "re");
  if (children == NULL) return;
  int child;
  while (fscanf(children, "%d", &child) == 1) {
    // A process that is stopped takes TERM only when it goes on.
    kill(child, signal);
    if (signal == SIGTERM) kill(child, SIGCONT);
    if (depth > 0) signal_children(child, signal, depth - 1);
  }
  fclose(children);
}

void signal_descendants(int signal) { signal_children(getpid(), signal, 256); }

int supervise(const struct supervision *supervision) {
  sigset_t set = watched_signals();
  int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  struct pollfd events[] = {
    {.fd = signals, .events = POLLIN},
    {.fd = supervision->watches_slipway ? status_descriptor() : -1, .events = 0},
    {.fd = supervision->stop, .events = POLLIN},
  };
  bool is_ended = false, is_terminating = false, is_killing = false;
  int status = 0;
  int64_t deadline = -1;

  for (;;) {
    pid_t ended;
    int ended_status;
    while ((ended = waitpid(-1, &ended_status, WNOHANG | __WALL)) > 0) {
      if (ended != supervision->child) continue;
      is_ended = true;
      status = ended_status;
      supervision->report(status);
      if (!is_terminating) deadline = now_milliseconds() + SETTLE_MILLISECONDS;
    }
    if (ended < 0 && errno == ECHILD) break;

    int64_t left = deadline < 0 ? -1 : deadline - now_milliseconds();
    if (deadline >= 0 && left <= 0) is_killing = true;
    if (is_killing) supervision->kill(supervision->child);
    int timeout = is_killing ? KILL_AGAIN_MILLISECONDS : left > INT32_MAX ? INT32_MAX : (int)left;
    if (poll(events, sizeof events / sizeof *events, timeout) <= 0) continue;

    if (events[1].revents != 0) {
      is_killing = true;
      events[1].fd = -1;
    }
    int requests = 0;
    if (events[2].revents != 0) {
      requests++;
      events[2].fd = -1;
    }
    struct signalfd_siginfo information;
    while (read(signals, &information, sizeof information) == (ssize_t)sizeof information) {
      if (information.ssi_signo != SIGCHLD) requests++;
    }
    for (; requests > 0; requests--) {
      if (is_terminating && supervision->grace_milliseconds >= 0) {
        is_killing = true;
        continue;
      }
      is_terminating = true;
      supervision->terminate(supervision->child);
      if (!is_ended && supervision->grace_milliseconds >= 0) {
        deadline = now_milliseconds() + supervision->grace_milliseconds;
      }
    }
  }
  close(signals);
  return status;
}
