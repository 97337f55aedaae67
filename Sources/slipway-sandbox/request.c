#define _GNU_SOURCE
#include "request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "status.h"

static void *allocate(size_t count, size_t size) {
  void *memory = calloc(count == 0 ? 1 : count, size);
  if (memory == NULL) fail("invalid-request", errno, "there is no memory for the request");
  return memory;
}

static unsigned long parse_number(const char *text, char **end) {
  errno = 0;
  unsigned long value = strtoul(text, end, 10);
  if (errno != 0 || *end == text) fail("invalid-request", 0, "'%s' is not a number", text);
  return value;
}

/// UID:GID[:GROUP,GROUP…]
static void parse_user(struct request *request, const char *text) {
  char *end;
  request->sets_user = true;
  request->user_text = text;
  request->user = (uid_t)parse_number(text, &end);
  if (*end != ':') fail("invalid-request", 0, "'%s' is not UID:GID", text);
  request->group = (gid_t)parse_number(end + 1, &end);
  if (*end == '\0') return;
  if (*end != ':') fail("invalid-request", 0, "'%s' is not UID:GID:GROUP,GROUP", text);
  request->groups = allocate(strlen(end), sizeof *request->groups);
  do {
    request->groups[request->group_count++] = (gid_t)parse_number(end + 1, &end);
  } while (*end == ',');
  if (*end != '\0') fail("invalid-request", 0, "'%s' is not UID:GID:GROUP,GROUP", text);
}

/// Everything that standard input has, and a NUL byte behind it.
static char *read_input(size_t *length) {
  size_t capacity = 1 << 16;
  *length = 0;
  char *bytes = allocate(capacity, 1);
  while (!isatty(0)) {
    ssize_t count = read(0, bytes + *length, capacity - *length - 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("invalid-request", errno, "the request cannot be read from standard input");
    if (count == 0) break;
    *length += (size_t)count;
    if (*length + 1 < capacity) continue;
    capacity *= 2;
    bytes = realloc(bytes, capacity);
    if (bytes == NULL) fail("invalid-request", errno, "there is no memory for the request");
  }
  bytes[*length] = '\0';
  return bytes;
}

/// The strings between `bytes` and `end`, each ended by a NUL byte, and NULL behind them.
static char **split(char *bytes, const char *end, size_t *count) {
  *count = 0;
  for (const char *byte = bytes; byte < end; byte++) *count += *byte == '\0';
  // The last one may lack its end.
  char **strings = allocate(*count + 2, sizeof *strings);
  size_t index = 0;
  for (char *string = bytes; string < end; string += strlen(string) + 1) strings[index++] = string;
  *count = index;
  return strings;
}

static void check(const struct request *request) {
  if (request->arguments[0] == NULL) fail("invalid-request", 0, "no program was named");
  if (request->is_container && request->lower_count > 0 && request->work == NULL) {
    fail("invalid-request", 0, "an overlay needs --work");
  }
}

void request_read(struct request *request, int count, char **words) {
  // First of all, so that whoever writes it always has a reader.
  size_t length, variables;
  char *input = read_input(&length);
  request_read_options(request, count, words);
  request->environment = split(input, input + length, &variables);
  check(request);
}

void request_read_served(struct request *request) {
  size_t length, count;
  char *input = read_input(&length);
  char *end;
  size_t words = parse_number(input, &end);
  char **strings = split(end + 1, input + length, &count);
  if (words > count) fail("invalid-request", 0, "the request is cut short");
  // The program's arguments have to end with a NULL, where the environment begins.
  char **own = allocate(words + 1, sizeof *own);
  memcpy(own, strings, words * sizeof *own);
  request_read_options(request, (int)words, own);
  request->environment = strings + words;
  check(request);
}

void request_read_options(struct request *request, int count, char **words) {
  memset(request, 0, sizeof *request);
  request->lowers = allocate((size_t)count, sizeof *request->lowers);
  request->mounts = allocate((size_t)count, sizeof *request->mounts);
  request->host_aliases = allocate((size_t)count, sizeof *request->host_aliases);
  request->control_groups = allocate((size_t)count, sizeof *request->control_groups);
  request->host_name = "slipway";
  request->bubblewrap = "/usr/bin/bwrap";
  request->grace_milliseconds = 10000;

  int index = 0;
  const char *option = "";
  // Takes the next word as a value of `option`.
  #define VALUE() (index < count ? words[index++] : (fail("invalid-request", 0, "'%s' lacks a value", option), NULL))
  while (index < count) {
    option = words[index++];
    if (strcmp(option, "--") == 0) break;
    struct mount_request *mount = &request->mounts[request->mount_count];
    char *end;
    if (strcmp(option, "--lower") == 0) {
      request->lowers[request->lower_count++] = VALUE();
    } else if (strcmp(option, "--upper") == 0) {
      request->is_container = true;
      request->upper = VALUE();
    } else if (strcmp(option, "--work") == 0) {
      request->work = VALUE();
    } else if (strcmp(option, "--bind") == 0 || strcmp(option, "--bind-read-only") == 0) {
      mount->kind = strcmp(option, "--bind") == 0 ? MOUNT_BIND : MOUNT_BIND_READ_ONLY;
      mount->source = VALUE();
      mount->target = VALUE();
      request->mount_count++;
    } else if (strcmp(option, "--temporary") == 0) {
      mount->kind = MOUNT_TEMPORARY;
      mount->target = VALUE();
      request->mount_count++;
    } else if (strcmp(option, "--temporary-size") == 0) {
      // Comes before the --temporary that it belongs to.
      mount->size = VALUE();
    } else if (strcmp(option, "--user") == 0) {
      parse_user(request, VALUE());
    } else if (strcmp(option, "--directory") == 0) {
      request->directory = VALUE();
    } else if (strcmp(option, "--host-name") == 0) {
      request->host_name = VALUE();
    } else if (strcmp(option, "--host-alias") == 0) {
      request->host_aliases[request->host_alias_count++] = VALUE();
    } else if (strcmp(option, "--control-group") == 0) {
      request->control_groups[request->control_group_count++] = VALUE();
    } else if (strcmp(option, "--bubblewrap") == 0) {
      request->bubblewrap = VALUE();
    } else if (strcmp(option, "--no-network") == 0) {
      request->has_no_network = true;
    } else if (strcmp(option, "--privileged") == 0) {
      request->is_privileged = true;
    } else if (strcmp(option, "--terminal") == 0) {
      request->terminal = VALUE();
    } else if (strcmp(option, "--grace") == 0) {
      request->grace_milliseconds = (long)parse_number(VALUE(), &end);
    } else {
      fail("invalid-request", 0, "'%s' is no option of slipway-sandbox", option);
    }
  }
  #undef VALUE

  request->arguments = words + index;
  for (size_t i = 0; i < request->mount_count; i++) {
    if (request->mounts[i].target[0] != '/') {
      fail("invalid-request", 0, "the mount target '%s' is not an absolute path", request->mounts[i].target);
    }
  }
}

const char *request_variable(const struct request *request, const char *name) {
  size_t length = strlen(name);
  for (char **variable = request->environment; *variable != NULL; variable++) {
    if (strncmp(*variable, name, length) == 0 && (*variable)[length] == '=') return *variable + length + 1;
  }
  return NULL;
}
