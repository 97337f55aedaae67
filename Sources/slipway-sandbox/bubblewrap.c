#define _GNU_SOURCE
#include "bubblewrap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mounting.h"
#include "status.h"

static FILE *options;

int memory_file(void) {
  int file = memfd_create("slipway", MFD_CLOEXEC);
  if (file < 0) fail("container-failed", errno, "there is no memory for the container's files");
  return file;
}

const char *inherited_descriptor(int descriptor, char number[12]) {
  fcntl(descriptor, F_SETFD, 0);
  snprintf(number, 12, "%d", descriptor);
  return number;
}

void bubblewrap_option(const char *option, ...) {
  if (options == NULL) options = fdopen(memory_file(), "w");
  if (options == NULL) fail("container-failed", errno, "there is no memory for bubblewrap's options");
  va_list values;
  va_start(values, option);
  for (const char *word = option; word != NULL; word = va_arg(values, const char *)) {
    fwrite(word, strlen(word) + 1, 1, options);
  }
  va_end(values);
}

/// Opens this very program for the container, through a mount that is read-only: the container's root could otherwise
/// find the file through /proc and change it on the host.
static int open_helper(void) {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length > 0) {
    path[length] = '\0';
    int helper = clone_mount(AT_FDCWD, path);
    if (helper >= 0 && restrict_mount(helper, MOUNT_ATTR_RDONLY) == 0) return helper;
  }
  fail("container-failed", errno, "slipway-sandbox cannot be opened for the container");
}

/// The environment as `slipway-sandbox init` reads it from its standard input.
static void connect_environment(const struct request *request) {
  int file = memory_file();
  FILE *environment = fdopen(dup(file), "w");
  if (environment == NULL) fail("container-failed", errno, "there is no memory for the environment");
  for (char **variable = request->environment; *variable != NULL; variable++) {
    fwrite(*variable, strlen(*variable) + 1, 1, environment);
  }
  if (fclose(environment) != 0 || lseek(file, 0, SEEK_SET) != 0 || dup2(file, 0) < 0) {
    fail("container-failed", errno, "the environment cannot be handed on");
  }
}

static void add_isolation(const struct request *request) {
  bubblewrap_option("--unshare-pid", "--unshare-ipc", "--unshare-uts", NULL);
  bubblewrap_option("--hostname", request->host_name, NULL);
  if (request->has_no_network) bubblewrap_option("--unshare-net", NULL);
  // `slipway-sandbox init` is process 1 in bubblewrap's place: that one would pass a signal on as an exit code.
  bubblewrap_option("--as-pid-1", "--die-with-parent", "--chdir", "/", NULL);
}

_Noreturn void bubblewrap_execute(const struct request *request, int said, int stop) {
  add_isolation(request);
  char option_number[12], stop_number[12], helper_number[12], helper_path[32];
  inherited_descriptor(open_helper(), helper_number);
  snprintf(helper_path, sizeof helper_path, "/proc/self/fd/%s", helper_number);
  if (fflush(options) != 0 || lseek(fileno(options), 0, SEEK_SET) != 0) {
    fail("container-failed", errno, "bubblewrap's options cannot be handed on");
  }
  inherited_descriptor(fileno(options), option_number);
  inherited_descriptor(stop, stop_number);

  size_t count = 0;
  for (char **argument = request->arguments; *argument != NULL; argument++) count++;
  const char **words = calloc(count + 16, sizeof *words);
  if (words == NULL) fail("container-failed", errno, "there is no memory for bubblewrap's command line");
  size_t used = 0;
  words[used++] = "bwrap";
  words[used++] = "--args";
  words[used++] = option_number;
  words[used++] = "--";
  words[used++] = helper_path;
  words[used++] = "init";
  words[used++] = stop_number;
  if (request->user_text != NULL) {
    words[used++] = "--user";
    words[used++] = request->user_text;
  }
  if (request->directory != NULL) {
    words[used++] = "--directory";
    words[used++] = request->directory;
  }
  if (request->is_privileged) words[used++] = "--privileged";
  if (request->terminal != NULL) {
    // Its name means nothing in there; the descriptor is what counts.
    words[used++] = "--terminal";
    words[used++] = request->terminal;
  }
  words[used++] = "--";
  for (size_t i = 0; i < count; i++) words[used++] = request->arguments[i];

  connect_environment(request);
  if (chdir("/") != 0 || dup2(said, 2) < 0) fail("container-failed", errno, "bubblewrap cannot be started");
  char *nothing[] = {NULL};
  execve(request->bubblewrap, (char **)words, nothing);
  fail("bubblewrap-missing", errno, "%s, which makes the containers, cannot be started", request->bubblewrap);
}
