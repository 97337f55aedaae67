// What the helper is asked to run: the command line, and the environment from standard input.

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum mount_kind { MOUNT_BIND, MOUNT_BIND_READ_ONLY, MOUNT_TEMPORARY };

struct mount_request {
  enum mount_kind kind;
  /// The directory or file of the host; NULL for a temporary file system.
  const char *source;
  /// In bytes, as text; NULL leaves the kernel's default.
  const char *size;
  const char *target;
};

struct request {
  /// A container has a root of its own; otherwise the program runs on the host's.
  bool is_container;
  /// Topmost first. Empty when `upper` alone is the root.
  const char **lowers;
  size_t lower_count;
  const char *upper;
  const char *work;

  struct mount_request *mounts;
  size_t mount_count;

  bool sets_user;
  /// As it was asked for: UID:GID[:GROUP,GROUP…].
  const char *user_text;
  uid_t user;
  gid_t group;
  gid_t *groups;
  size_t group_count;

  const char *directory;
  const char *host_name;
  /// Further names of the loopback address.
  const char **host_aliases;
  size_t host_alias_count;
  /// The program that makes containers.
  const char *bubblewrap;
  bool has_no_network;
  bool is_privileged;
  /// A terminal for the program instead of the pipe; NULL without one. Opened by the supervisor, as its standard output.
  const char *terminal;
  /// Control groups that the program and everything that comes from it are in.
  const char **control_groups;
  size_t control_group_count;
  /// Between TERM and KILL.
  long grace_milliseconds;

  /// The program and its arguments, ended by NULL.
  char **arguments;
  /// NAME=VALUE, ended by NULL.
  char **environment;
};

/// Reads options and, behind `--`, the program with its arguments; nothing else of the request.
/// Ends the process with `error invalid-request` when something is wrong with them, as everything here does.
void request_read_options(struct request *request, int count, char **words);

/// Reads the command line after `run`, and the environment from standard input: NAME=VALUE, each ended by a NUL byte.
void request_read(struct request *request, int count, char **words);

/// Reads everything from standard input, strings that each end with a NUL byte: how many words the command line has,
/// these words, and the environment.
void request_read_served(struct request *request);

/// The value of `name` in the program's environment, or NULL.
const char *request_variable(const struct request *request, const char *name);
