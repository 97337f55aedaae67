#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <limits.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "root_directory.h"
#include "status.h"
#include "user_namespace.h"

/// What `attempt` returns, an errno or 0, in a process of its own.
static int in_child(int (*attempt)(const char *), const char *directory) {
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) _exit(attempt(directory));
  int status;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return errno;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
}

static int try_user_namespace(const char *directory) {
  (void)directory;
  return user_namespace_enter_alone() == 0 ? 0 : errno;
}

/// As root, or as the root of a user namespace, which is how Slipway runs when its user is not root.
static int enter_mount_namespace(void) {
  if (geteuid() != 0 && user_namespace_enter_alone() != 0) return errno;
  return unshare(CLONE_NEWNS) == 0 ? 0 : errno;
}

static int try_mount_namespace(const char *directory) {
  (void)directory;
  return enter_mount_namespace();
}

static int try_overlay(const char *directory) {
  int error = enter_mount_namespace();
  if (error != 0) return error;
  char lower[PATH_MAX], upper[PATH_MAX], work[PATH_MAX];
  snprintf(lower, sizeof lower, "%s/lower", directory);
  snprintf(upper, sizeof upper, "%s/upper", directory);
  snprintf(work, sizeof work, "%s/work", directory);
  if (syscall(SYS_mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return errno;
  return root_directory_try(lower, upper, work);
}

static int probe_overlay(const char *directory) {
  char place[PATH_MAX], inner[PATH_MAX];
  if (snprintf(place, sizeof place, "%s/probe-XXXXXX", directory) >= (int)sizeof place) return ENAMETOOLONG;
  if (mkdtemp(place) == NULL) return errno;
  static const char *const names[] = {"lower", "upper", "work"};
  int error = 0;
  for (int i = 0; i < 3 && error == 0; i++) {
    if (snprintf(inner, sizeof inner, "%s/%s", place, names[i]) >= (int)sizeof inner) error = ENAMETOOLONG;
    if (error == 0 && mkdir(inner, 0755) != 0) error = errno;
  }
  if (error == 0) error = in_child(try_overlay, place);
  root_directory_remove(place);
  return error;
}

int probe_command(int count, char **words) {
  if (count != 1) {
    fprintf(stderr, "usage: slipway-sandbox probe DIRECTORY\n");
    return EXIT_SETUP_FAILED;
  }
  printf("mount-namespace %d\n", in_child(try_mount_namespace, words[0]));
  printf("user-namespace %d\n", in_child(try_user_namespace, words[0]));
  printf("overlay %d\n", probe_overlay(words[0]));
  printf("subordinate-users %lu\n", user_namespace_granted("/etc/subuid"));
  printf("subordinate-groups %lu\n", user_namespace_granted("/etc/subgid"));
  return 0;
}
