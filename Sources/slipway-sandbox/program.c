#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "privileges.h"
#include "status.h"

static void reset_signals(void) {
  // Swift's runtime and the supervisor ignore or block signals, and both are inherited.
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void connect_streams(const struct request *request) {
  if (request->terminal != NULL) {
    // The session is new, so that the terminal can become its own, and Ctrl-C reaches the program and nobody else.
    if (dup2(1, 0) < 0 || dup2(1, 2) < 0 || ioctl(1, TIOCSCTTY, 0) != 0) {
      fail("invalid-request", errno, "the program cannot have the terminal");
    }
    return;
  }
  int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(1, 2) < 0) {
    fail("mount-refused", errno, "the standard streams cannot be connected to /dev/null");
  }
  // One pipe for both keeps what is written to them in its order.
  close(nothing);
}

/// Makes the container's directories down to `path`, owned by the program's user.
static void make_directories(const struct request *request, const char *path) {
  char made[PATH_MAX];
  if (snprintf(made, sizeof made, "%s", path) >= (int)sizeof made) return;
  for (char *end = made; *end != '\0'; ) {
    end = strchrnul(end + 1, '/');
    char separator = *end;
    *end = '\0';
    if (mkdir(made, 0755) == 0 && request->sets_user && chown(made, request->user, request->group) != 0) {
      fail("user-refused", errno, "the user %u cannot own %s", request->user, made);
    }
    *end = separator;
  }
}

static void enter_directory(const struct request *request) {
  const char *directory = request->directory;
  if (directory == NULL) return;
  if (chdir(directory) == 0) return;
  if (errno == ENOENT && request->is_container) {
    make_directories(request, directory);
    if (chdir(directory) == 0) return;
  }
  fail("working-directory-refused", errno, "the working directory %s cannot be entered", directory);
}

static _Noreturn void fail_to_execute(const char *program, int error) {
  struct stat status;
  if (error == ENOENT && stat(program, &status) == 0) {
    fail("program-not-executable", error, "%s needs an interpreter or a loader that does not exist", program);
  }
  if (error == ENOENT || error == ENOTDIR) fail("program-not-found", error, "%s does not exist", program);
  fail("program-not-executable", error, "%s cannot be executed", program);
}

static _Noreturn void execute(const struct request *request) {
  const char *program = request->arguments[0];
  if (strchr(program, '/') != NULL) {
    execve(program, request->arguments, request->environment);
    fail_to_execute(program, errno);
  }
  const char *path = request_variable(request, "PATH");
  if (path == NULL) path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  bool is_forbidden = false;
  for (const char *start = path; ; ) {
    const char *end = strchrnul(start, ':');
    char candidate[PATH_MAX];
    // An empty entry is the current directory, as for every shell.
    int length = snprintf(
      candidate, sizeof candidate, "%.*s%s%s", (int)(end - start), start, end == start ? "./" : "/", program);
    if (length < (int)sizeof candidate) {
      struct stat status;
      execve(candidate, request->arguments, request->environment);
      bool exists = errno == ENOENT && stat(candidate, &status) == 0;
      if (errno == EACCES) {
        is_forbidden = true;
      } else if (exists || (errno != ENOENT && errno != ENOTDIR)) {
        fail_to_execute(candidate, exists ? ENOENT : errno);
      }
    }
    if (*end == '\0') break;
    start = end + 1;
  }
  if (is_forbidden) fail("program-not-executable", EACCES, "%s cannot be executed", program);
  fail("program-not-found", ENOENT, "%s was not found in %s", program, path);
}

_Noreturn void program_run(const struct request *request) {
  setsid();
  reset_signals();
  connect_streams(request);
  if (!request->is_container) host_enter(request);
  // As root: the directory need not be open to the program's user.
  enter_directory(request);
  privileges_apply(request);
  // After the change of user, which resets it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  execute(request);
}
