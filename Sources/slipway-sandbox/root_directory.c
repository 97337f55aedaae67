#define _GNU_SOURCE
#include "root_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mounting.h"
#include "status.h"

static int open_layer(const char *path) {
  int layer = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (layer < 0) fail("mount-refused", errno, "the directory %s cannot be opened", path);
  return layer;
}

/// Names the layers by their descriptors, relative to /proc/self/fd. So no path needs escaping, and the 500 layers that
/// the kernel takes fit into the page that mount(2) allows for options. (`lowerdir+` would do the same from Linux 6.8
/// on.)
static char *overlay_options(const struct request *request) {
  static char options[4096];
  size_t length = (size_t)snprintf(options, sizeof options, "lowerdir=");
  for (size_t i = 0; i < request->lower_count && length < sizeof options; i++) {
    int layer = open_layer(request->lowers[i]);
    length += (size_t)snprintf(options + length, sizeof options - length, "%s%d", i == 0 ? "" : ":", layer);
  }
  // volatile: the upper directory is read as soon as the container has ended, and a crash makes it worthless anyway;
  // without it every unmount would write out the whole file system below. The rest keeps the upper directory in the
  // plain form of a layer.
  if (length < sizeof options) {
    length += (size_t)snprintf(
      options + length, sizeof options - length,
      ",upperdir=%d,workdir=%d,volatile,redirect_dir=nofollow,index=off,metacopy=off%s", open_layer(request->upper),
      open_layer(request->work), in_user_namespace() ? ",userxattr" : "");
  }
  if (length >= sizeof options) fail("mount-refused", E2BIG, "%zu layers are too many", request->lower_count);
  return options;
}

/// Mounts the overlay over its own upper directory, which needs no directory elsewhere. -1 and errno when that fails.
static int mount_overlay(const struct request *request) {
  char *options = overlay_options(request);
  if (chdir("/proc/self/fd") != 0) return -1;
  return (int)syscall(SYS_mount, "overlay", request->upper, "overlay", 0, options);
}

int root_directory_mount(const struct request *request) {
  if (request->lower_count > 0 && mount_overlay(request) != 0) {
    fail("mount-refused", errno, "the overlay of %zu layers cannot be mounted", request->lower_count);
  }
  return open_layer(request->upper);
}

static void remove_contents(int directory, int depth) {
  DIR *stream = fdopendir(directory);
  if (stream == NULL) {
    close(directory);
    return;
  }
  struct dirent *entry;
  while ((entry = readdir(stream)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (unlinkat(dirfd(stream), entry->d_name, 0) == 0) continue;
    int inner = openat(dirfd(stream), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner >= 0 && depth > 0) remove_contents(inner, depth - 1);
    unlinkat(dirfd(stream), entry->d_name, AT_REMOVEDIR);
  }
  closedir(stream);
}

void root_directory_clear(const struct request *request) {
  if (request->lower_count == 0) return;
  int work = open(request->work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (work >= 0) remove_contents(work, 16);
}

int root_directory_try(const char *lower, const char *upper, const char *work) {
  struct request request = {.lowers = &lower, .lower_count = 1, .upper = upper, .work = work};
  if (mount_overlay(&request) != 0) return errno;
  // Here and not in the caller: only in this user namespace can what the kernel made in the work directory be removed.
  if (syscall(SYS_umount2, upper, 0) != 0) return errno;
  root_directory_clear(&request);
  return 0;
}

void root_directory_remove(const char *directory) {
  int opened = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened >= 0) remove_contents(opened, 16);
  rmdir(directory);
}
