#define _GNU_SOURCE
#include "user_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "status.h"

enum { RANGE_LIMIT = 16, NUMBER_LENGTH = 24 };

struct range {
  unsigned long first;
  unsigned long count;
};

/// The user's name from /etc/passwd, or "". Read by hand: a program that is linked statically has no name services.
static void read_user_name(char *name, size_t size) {
  name[0] = '\0';
  FILE *users = fopen("/etc/passwd", "re");
  if (users == NULL) return;
  char line[1024];
  while (fgets(line, sizeof line, users) != NULL) {
    char *colon = strchr(line, ':');
    char *number = colon == NULL ? NULL : strchr(colon + 1, ':');
    if (number == NULL || strtoul(number + 1, NULL, 10) != getuid()) continue;
    *colon = '\0';
    if (strlen(line) < size) memcpy(name, line, strlen(line) + 1);
    break;
  }
  fclose(users);
}

/// The ranges that `file` grants this user, by name or by number: subuid(5).
static size_t read_ranges(const char *file, struct range ranges[RANGE_LIMIT]) {
  char name[256], number[NUMBER_LENGTH];
  read_user_name(name, sizeof name);
  snprintf(number, sizeof number, "%u", getuid());
  FILE *grants = fopen(file, "re");
  if (grants == NULL) return 0;
  size_t count = 0;
  char line[1024];
  while (count < RANGE_LIMIT && fgets(line, sizeof line, grants) != NULL) {
    char *colon = strchr(line, ':');
    if (colon == NULL) continue;
    *colon = '\0';
    bool is_ours = strcmp(line, number) == 0 || (name[0] != '\0' && strcmp(line, name) == 0);
    if (is_ours && sscanf(colon + 1, "%lu:%lu", &ranges[count].first, &ranges[count].count) == 2) count++;
  }
  fclose(grants);
  return count;
}

unsigned long user_namespace_granted(const char *file) {
  struct range ranges[RANGE_LIMIT];
  unsigned long total = 0;
  for (size_t i = read_ranges(file, ranges); i > 0; i--) total += ranges[i - 1].count;
  return total;
}

static int write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return -1;
  ssize_t written = write(file, text, strlen(text));
  int error = errno;
  close(file);
  errno = error;
  return written < 0 ? -1 : 0;
}

static int map_alone(uid_t user, gid_t group) {
  char line[64];
  // The kernel's condition for mapping a group without a privilege: user_namespaces(7).
  if (write_file("/proc/self/setgroups", "deny") != 0) return -1;
  snprintf(line, sizeof line, "0 %u 1", user);
  if (write_file("/proc/self/uid_map", line) != 0) return -1;
  snprintf(line, sizeof line, "0 %u 1", group);
  return write_file("/proc/self/gid_map", line);
}

int user_namespace_enter_alone(void) {
  uid_t user = geteuid();
  gid_t group = getegid();
  return unshare(CLONE_NEWUSER) != 0 ? -1 : map_alone(user, group);
}

/// Runs newuidmap or newgidmap for `process`: 0 is `own`, and the ranges follow from 1 on.
static bool run_mapper(const char *mapper, pid_t process, unsigned own, const struct range *ranges, size_t count) {
  char numbers[2 + 3 * RANGE_LIMIT][NUMBER_LENGTH];
  char *arguments[3 + 2 + 3 * RANGE_LIMIT + 1];
  size_t used = 0, words = 0;
  unsigned long next = 1;
  #define ADD(value) \
    (snprintf(numbers[used], NUMBER_LENGTH, "%lu", (unsigned long)(value)), arguments[words++] = numbers[used++])
  arguments[words++] = (char *)mapper;
  ADD(process);
  arguments[words++] = "0";
  ADD(own);
  arguments[words++] = "1";
  for (size_t i = 0; i < count; i++) {
    ADD(next);
    ADD(ranges[i].first);
    ADD(ranges[i].count);
    next += ranges[i].count;
  }
  #undef ADD
  arguments[words] = NULL;

  pid_t child = fork();
  if (child == 0) {
    execvp(mapper, arguments);
    _exit(127);
  }
  int status;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// In a child that stays outside: waits until its parent is in the new namespace, and has it mapped.
static _Noreturn void map_parent(int entered, uid_t user, gid_t group) {
  struct range users[RANGE_LIMIT], groups[RANGE_LIMIT];
  size_t user_count = read_ranges("/etc/subuid", users), group_count = read_ranges("/etc/subgid", groups);
  char byte;
  if (read(entered, &byte, 1) != 1) _exit(1);
  bool is_mapped = run_mapper("newuidmap", getppid(), user, users, user_count)
                   && run_mapper("newgidmap", getppid(), group, groups, group_count);
  _exit(is_mapped ? 0 : 1);
}

static int refuse(const char *what) {
  fprintf(stderr, "slipway-sandbox: %s: %s\n", what, strerror(errno));
  return EXIT_SETUP_FAILED;
}

static int enter_with_ranges(void) {
  uid_t user = geteuid();
  gid_t group = getegid();
  int entered[2];
  if (pipe2(entered, O_CLOEXEC) != 0) return -1;
  pid_t mapper = fork();
  if (mapper < 0) return -1;
  if (mapper == 0) {
    close(entered[1]);
    map_parent(entered[0], user, group);
  }
  close(entered[0]);
  int result = unshare(CLONE_NEWUSER);
  int error = errno;
  if (result == 0 && write(entered[1], "", 1) != 1) result = -1;
  close(entered[1]);
  int status;
  while (waitpid(mapper, &status, 0) < 0 && errno == EINTR) continue;
  errno = error;
  if (result != 0) return -1;
  // Where the tools are missing or refuse, one number is better than none.
  if (status != 0) return map_alone(user, group);
  return setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0 ? 0 : -1;
}

int user_namespace_command(int count, char **words) {
  if (count < 2 || strcmp(words[0], "--") != 0) {
    fprintf(stderr, "usage: slipway-sandbox userns -- PROGRAM ARGUMENT...\n");
    return EXIT_SETUP_FAILED;
  }
  bool has_ranges = user_namespace_granted("/etc/subuid") > 0 && user_namespace_granted("/etc/subgid") > 0;
  int result = has_ranges ? enter_with_ranges() : user_namespace_enter_alone();
  if (result != 0) return refuse("no user namespace can be made");
  execvp(words[1], words + 1);
  int error = errno;
  refuse(words[1]);
  return error == ENOENT ? 127 : 126;
}
