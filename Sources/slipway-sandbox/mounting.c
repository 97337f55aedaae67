#define _GNU_SOURCE
#include "mounting.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "status.h"

// linux/fcntl.h, which has it too, cannot be included beside fcntl.h.
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
// sys/mount.h, which has it, cannot be included beside linux/mount.h.
enum { DETACH = 2 };

bool in_user_namespace(void) {
  FILE *map = fopen("/proc/self/uid_map", "re");
  if (map == NULL) return false;
  unsigned first = 0, outside = 0, count = 0;
  int fields = fscanf(map, "%u %u %u", &first, &outside, &count);
  fclose(map);
  return !(fields == 3 && first == 0 && outside == 0 && count == UINT32_MAX);
}

void make_mounts_private(void) {
  if (syscall(SYS_mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
    fail("mount-refused", errno, "the mounts cannot be made private");
  }
}

int clone_mount(int directory, const char *path) {
  unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | (*path == '\0' ? AT_EMPTY_PATH : 0);
  return (int)syscall(SYS_open_tree, directory, path, flags);
}

int restrict_mount(int mount, uint64_t attributes) {
  struct mount_attr change = {.attr_set = attributes};
  return (int)syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH | AT_RECURSIVE, &change, sizeof change);
}

int restrict_mount_alone(int mount, uint64_t attributes) {
  struct mount_attr change = {.attr_set = attributes};
  return (int)syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH, &change, sizeof change);
}

int new_file_system(const char *type, const char *const options[], uint64_t attributes) {
  int context = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
  if (context < 0) return -1;
  int mount = -1;
  for (size_t i = 0; options != NULL && options[i] != NULL; i += 2) {
    if (syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, options[i], options[i + 1], 0) != 0) goto done;
  }
  if (syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0) goto done;
  mount = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes);
done:;
  int error = errno;
  close(context);
  errno = error;
  return mount;
}

int attach_mount(int mount, int target) {
  unsigned flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
  int result = (int)syscall(SYS_move_mount, mount, "", target, "", flags);
  int error = errno;
  close(mount);
  errno = error;
  return result;
}

int change_root(int root) {
  if (fchdir(root) != 0) return -1;
  // With "." as both, the old root ends up mounted over the new one, and no directory for it is needed: pivot_root(2).
  if (syscall(SYS_pivot_root, ".", ".") != 0) return -1;
  if (syscall(SYS_umount2, ".", DETACH) != 0) return -1;
  return chdir("/");
}

int open_in_root(int root, const char *path, uint64_t flags) {
  struct open_how how = {.flags = flags | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
  int descriptor;
  do {
    descriptor = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
  } while (descriptor < 0 && (errno == EINTR || errno == EAGAIN));
  return descriptor;
}
