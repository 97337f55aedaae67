#define _GNU_SOURCE
#include "container_mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bubblewrap.h"
#include "mount_points.h"
#include "status.h"

/// A directory of the container that something is mounted over, so that the root directory says nothing about what is
/// in there.
struct covered {
  const char *target;
  /// `target` without symbolic links.
  char *place;
  /// The directory of the host that is mounted there; NULL for one that is bubblewrap's own or is empty.
  const char *source;
  bool is_read_only;
};

/// The rest of `path`, when it lies below `directory`.
static const char *path_below(const char *path, const char *directory) {
  size_t length = strlen(directory);
  while (length > 0 && directory[length - 1] == '/') length--;
  if (strncmp(path, directory, length) != 0 || path[length] != '/') return NULL;
  path += length + strspn(path + length, "/");
  return *path == '\0' ? NULL : path;
}

static bool has_parent_component(const char *path) {
  for (const char *found = path; (found = strstr(found, "..")) != NULL; found += 2) {
    if ((found == path || found[-1] == '/') && (found[2] == '/' || found[2] == '\0')) return true;
  }
  return false;
}

/// Makes what is missing of `path` in the directory `source`, of the host, where nothing may be a symbolic link.
static void make_below(const char *source, const char *path, bool is_directory, bool is_read_only) {
  int directory = open(source, O_PATH | O_DIRECTORY | O_CLOEXEC);
  while (directory >= 0) {
    path += strspn(path, "/");
    size_t length = strcspn(path, "/");
    char name[NAME_MAX + 1];
    if (length >= sizeof name) fail("mount-refused", ENAMETOOLONG, "a mount target is too long");
    memcpy(name, path, length);
    name[length] = '\0';
    path += length;
    bool is_last = path[strspn(path, "/")] == '\0';
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    int next = (int)syscall(SYS_openat2, directory, name, &how, sizeof how);
    if (next < 0 && errno == ENOENT && !is_read_only) {
      if (!is_last || is_directory) {
        mkdirat(directory, name, 0755);
      } else {
        close(openat(directory, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644));
      }
      next = (int)syscall(SYS_openat2, directory, name, &how, sizeof how);
    }
    int error = errno;
    close(directory);
    errno = error;
    directory = next;
    if (!is_last || next < 0) continue;
    close(next);
    return;
  }
  fail("mount-refused", errno, "a mount target in %s cannot be made", source);
}

/// Whether `path` lies in something that is mounted before it. Then it is made there, and `place` is where it is.
static bool make_in_covered(
  const struct covered *covered, size_t count, const char *path, bool is_directory, char place[PATH_MAX]
) {
  if (has_parent_component(path)) return false;
  // The last of them lies on top.
  for (size_t i = count; i > 0; i--) {
    const struct covered *over = &covered[i - 1];
    const char *rest = path_below(path, over->target);
    if (rest == NULL) rest = path_below(path, over->place);
    if (rest == NULL) continue;
    if (over->source != NULL) make_below(over->source, rest, is_directory, over->is_read_only);
    if (snprintf(place, PATH_MAX, "%s/%s", over->place, rest) >= PATH_MAX) {
      fail("mount-refused", ENAMETOOLONG, "the mount target %s is too long", path);
    }
    return true;
  }
  return false;
}

static void add_mount(const struct request *request, const struct mount_request *wanted, const char *place) {
  if (wanted->kind == MOUNT_TEMPORARY) {
    if (wanted->size != NULL) bubblewrap_option("--size", wanted->size, NULL);
    bubblewrap_option("--perms", "1777", "--tmpfs", place, NULL);
  } else if (wanted->kind == MOUNT_BIND_READ_ONLY) {
    bubblewrap_option("--ro-bind", wanted->source, place, NULL);
  } else {
    bubblewrap_option(request->is_privileged ? "--dev-bind" : "--bind", wanted->source, place, NULL);
  }
}

void container_mounts_add(const struct request *request, int root) {
  struct covered *covered = calloc(request->mount_count + 3, sizeof *covered);
  if (covered == NULL) fail("mount-refused", errno, "there is no memory for the mounts");
  size_t count = 0;
  covered[count++] = (struct covered){.target = "/proc", .place = "/proc"};
  covered[count++] = (struct covered){.target = "/dev", .place = "/dev"};
  covered[count++] = (struct covered){.target = "/sys", .place = "/sys"};
  for (size_t i = 0; i < request->mount_count; i++) {
    const struct mount_request *wanted = &request->mounts[i];
    struct stat status = {.st_mode = S_IFDIR};
    if (wanted->source != NULL && stat(wanted->source, &status) != 0) {
      fail("mount-refused", errno, "%s, to be mounted at %s, cannot be opened", wanted->source, wanted->target);
    }
    bool is_directory = S_ISDIR(status.st_mode);
    char place[PATH_MAX];
    if (!make_in_covered(covered, count, wanted->target, is_directory, place)) {
      char resolved[PATH_MAX];
      mount_point_make(root, wanted->target, is_directory, resolved);
      // A link of the image may lead into one of them, too.
      if (!make_in_covered(covered, count, resolved, is_directory, place)) strcpy(place, resolved);
    }
    add_mount(request, wanted, place);
    covered[count++] = (struct covered){
      .target = wanted->target, .place = strdup(place), .source = wanted->source,
      .is_read_only = wanted->kind == MOUNT_BIND_READ_ONLY,
    };
  }
}
