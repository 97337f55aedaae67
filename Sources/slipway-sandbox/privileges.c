#define _GNU_SOURCE
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "status.h"
#include "system_call_filter.h"

#define BIT(capability) (UINT64_C(1) << (capability))

/// Docker's default set: https://github.com/moby/moby/blob/master/daemon/pkg/oci/caps/defaults.go
static const uint64_t default_capabilities =
  BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FSETID) | BIT(CAP_FOWNER) | BIT(CAP_MKNOD) | BIT(CAP_NET_RAW)
  | BIT(CAP_SETGID) | BIT(CAP_SETUID) | BIT(CAP_SETFCAP) | BIT(CAP_SETPCAP) | BIT(CAP_NET_BIND_SERVICE)
  | BIT(CAP_SYS_CHROOT) | BIT(CAP_KILL) | BIT(CAP_AUDIT_WRITE);

static void drop_bounding_set(void) {
  // The kernel may know more capabilities than these headers.
  for (int capability = 0; capability < 64; capability++) {
    if (default_capabilities & BIT(capability)) continue;
    if (prctl(PR_CAPBSET_DROP, capability) == 0) continue;
    if (errno == EINVAL) break;
    fail("user-refused", errno, "capability %d cannot be given up", capability);
  }
}

static void set_capabilities(uint64_t wanted) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{0}, {0}};
  if (syscall(SYS_capget, &header, data) != 0) fail("user-refused", errno, "the capabilities cannot be read");
  for (int i = 0; i < 2; i++) {
    uint32_t kept = (uint32_t)(wanted >> (32 * i)) & data[i].permitted;
    data[i].permitted = kept;
    data[i].effective = kept;
    data[i].inheritable = 0;
  }
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
  bool is_confined = request->is_container && !request->is_privileged;
  if (is_confined) {
    drop_bounding_set();
    // While this process may still do so without giving up set-user-ID programs (no_new_privs).
    system_call_filter_install();
  }
  if (request->sets_user || request->is_container) change_user(request);
  if (is_confined) set_capabilities(default_capabilities);
}
