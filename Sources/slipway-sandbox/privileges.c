#define _GNU_SOURCE
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bubblewrap.h"
#include "status.h"
#include "system_call_filter.h"

struct capability {
  int number;
  const char *name;
};

#define CAPABILITY(name) {name, #name}

/// Docker's default set: https://github.com/moby/moby/blob/master/daemon/pkg/oci/caps/defaults.go
static const struct capability defaults[] = {
  CAPABILITY(CAP_CHOWN), CAPABILITY(CAP_DAC_OVERRIDE), CAPABILITY(CAP_FSETID), CAPABILITY(CAP_FOWNER),
  CAPABILITY(CAP_MKNOD), CAPABILITY(CAP_NET_RAW), CAPABILITY(CAP_SETGID), CAPABILITY(CAP_SETUID),
  CAPABILITY(CAP_SETFCAP), CAPABILITY(CAP_SETPCAP), CAPABILITY(CAP_NET_BIND_SERVICE), CAPABILITY(CAP_SYS_CHROOT),
  CAPABILITY(CAP_KILL), CAPABILITY(CAP_AUDIT_WRITE),
};

enum { DEFAULT_COUNT = sizeof defaults / sizeof *defaults };

void privileges_add(const struct request *request) {
  if (request->is_privileged) return;
  bubblewrap_option("--cap-drop", "ALL", NULL);
  for (size_t i = 0; i < DEFAULT_COUNT; i++) bubblewrap_option("--cap-add", defaults[i].name, NULL);
  int filter = memory_file();
  system_call_filter_write(filter);
  char number[12];
  bubblewrap_option("--seccomp", inherited_descriptor(filter, number), NULL);
}

/// Bubblewrap leaves the bounding set as it is.
static void drop_bounding_set(void) {
  uint64_t kept = 0;
  for (size_t i = 0; i < DEFAULT_COUNT; i++) kept |= UINT64_C(1) << defaults[i].number;
  // The kernel may know more capabilities than these headers.
  for (int capability = 0; capability < 64; capability++) {
    if (kept & (UINT64_C(1) << capability)) continue;
    if (prctl(PR_CAPBSET_DROP, capability) == 0) continue;
    if (errno == EINVAL) break;
    fail("user-refused", errno, "capability %d cannot be given up", capability);
  }
}

/// Bubblewrap makes the capabilities inheritable, and ambient with that, which they are not in Docker.
static void clear_inheritable(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{0}, {0}};
  if (syscall(SYS_capget, &header, data) != 0) fail("user-refused", errno, "the capabilities cannot be read");
  data[0].inheritable = data[1].inheritable = 0;
  if (syscall(SYS_capset, &header, data) != 0) fail("user-refused", errno, "the capabilities cannot be given up");
}

static void change_user(const struct request *request) {
  // A user namespace with a single group forbids setgroups; then there are no groups to be given up either.
  if (setgroups(request->group_count, request->groups) != 0 && !(errno == EPERM && request->group_count == 0)) {
    fail("user-refused", errno, "the supplementary groups of user %u cannot be set", request->user);
  }
  if (setresgid(request->group, request->group, request->group) != 0) {
    fail("user-refused", errno, "the program cannot run as group %u", request->group);
  }
  if (setresuid(request->user, request->user, request->user) != 0) {
    fail("user-refused", errno, "the program cannot run as user %u", request->user);
  }
}

void privileges_apply(const struct request *request) {
  if (request->is_container && !request->is_privileged) drop_bounding_set();
  if (request->sets_user || request->is_container) change_user(request);
  if (request->is_container) clear_inheritable();
}
