#define _GNU_SOURCE
#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int descriptor = 2;

/// Shared by all processes of one sandbox, so that only the first of them reports.
static atomic_bool *reported;

void status_take_over(unsigned first) {
  syscall(SYS_close_range, first, ~0U, 0);
  descriptor = fcntl(2, F_DUPFD_CLOEXEC, 3);
  if (descriptor < 0) _exit(EXIT_SETUP_FAILED);
  reported = mmap(NULL, sizeof *reported, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (reported == MAP_FAILED) _exit(EXIT_SETUP_FAILED);
}

int status_descriptor(void) { return descriptor; }

bool status_is_reported(void) { return atomic_load(reported); }

static void write_line(const char *line, size_t length) {
  if (reported != NULL && atomic_exchange(reported, true)) return;
  // Below PIPE_BUF a write to a pipe is whole or not at all. When it fails, Slipway is gone and nobody is left to be
  // told.
  while (write(descriptor, line, length) < 0 && errno == EINTR) continue;
}

void status_report_end(int wait_status) {
  char line[64];
  int length = WIFSIGNALED(wait_status)
                 ? snprintf(line, sizeof line, "killed %d\n", WTERMSIG(wait_status))
                 : snprintf(line, sizeof line, "exited %d\n", WEXITSTATUS(wait_status));
  write_line(line, (size_t)length);
}

static void report_error(const char *kind, int error, const char *format, va_list arguments) {
  char line[2048];
  int length = snprintf(line, sizeof line, "error %s %d ", kind, error);
  int added = vsnprintf(line + length, sizeof line - (size_t)length - 1, format, arguments);
  size_t room = sizeof line - (size_t)length - 2;
  size_t end = (size_t)length + ((size_t)added < room ? (size_t)added : room);
  // The text may quote a name that holds a line break.
  for (char *byte = line; byte < line + end; byte++) {
    if (*byte == '\n') *byte = ' ';
  }
  line[end++] = '\n';
  write_line(line, end);
}

void status_report_error(const char *kind, int error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  report_error(kind, error, format, arguments);
  va_end(arguments);
}

void status_report_to(int other, const char *kind, int error, const char *text) {
  while (dprintf(other, "error %s %d %s\n", kind, error, text) < 0 && errno == EINTR) continue;
}

bool status_forward_line(const char *line) {
  static const char *const words[] = {"exited ", "killed ", "error "};
  const char *end = strchr(line, '\n');
  for (size_t i = 0; end != NULL && i < sizeof words / sizeof *words; i++) {
    if (strncmp(line, words[i], strlen(words[i])) != 0) continue;
    write_line(line, (size_t)(end - line) + 1);
    return true;
  }
  return false;
}

_Noreturn void fail(const char *kind, int error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  report_error(kind, error, format, arguments);
  va_end(arguments);
  _exit(EXIT_SETUP_FAILED);
}
