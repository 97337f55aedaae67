#define _GNU_SOURCE
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mounting.h"
#include "network.h"
#include "status.h"

enum { ROOT_ENTRY_LIMIT = 512 };

struct root_entry {
  char name[NAME_MAX + 1];
  mode_t mode;
  /// A detached copy of what is mounted there; -1 for a symbolic link.
  int mount;
  char link[PATH_MAX];
};

static bool is_root_rebuilt = false;
/// Whether the mounts were made already, for this program and for others.
static bool is_shared = false;

/// Reads the root directory. Everything in it is cloned before anything is mounted over it.
static size_t read_root(struct root_entry *entries) {
  DIR *root = opendir("/");
  if (root == NULL) fail("mount-refused", errno, "the root directory cannot be read");
  size_t count = 0;
  struct dirent *entry;
  while ((entry = readdir(root)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (count == ROOT_ENTRY_LIMIT) {
      fail("mount-refused", 0, "the root directory has more than %d entries", ROOT_ENTRY_LIMIT);
    }
    struct root_entry *found = &entries[count];
    struct stat status;
    if (fstatat(dirfd(root), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    snprintf(found->name, sizeof found->name, "%s", entry->d_name);
    found->mode = status.st_mode;
    found->mount = -1;
    if (S_ISLNK(status.st_mode)) {
      ssize_t length = readlinkat(dirfd(root), entry->d_name, found->link, sizeof found->link - 1);
      if (length < 0) continue;
      found->link[length] = '\0';
    } else {
      found->mount = clone_mount(dirfd(root), entry->d_name);
      if (found->mount < 0) fail("mount-refused", errno, "/%s cannot be mounted in a copy of the root", found->name);
    }
    count++;
  }
  closedir(root);
  return count;
}

static void fill_root(int root, struct root_entry *entry) {
  if (S_ISLNK(entry->mode)) {
    if (symlinkat(entry->link, root, entry->name) == 0) return;
    fail("mount-refused", errno, "/%s cannot be copied", entry->name);
  }
  int file = -1;
  if (S_ISDIR(entry->mode)) {
    mkdirat(root, entry->name, 0755);
  } else {
    file = openat(root, entry->name, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
  }
  int place = openat(root, entry->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (place < 0 || attach_mount(entry->mount, place) != 0) {
    fail("mount-refused", errno, "/%s cannot be mounted in a copy of the root", entry->name);
  }
  close(place);
  if (file >= 0) close(file);
}

/// Makes a file system in memory the root, with everything of the old root mounted in it.
static void rebuild_root(void) {
  struct root_entry *entries = calloc(ROOT_ENTRY_LIMIT, sizeof *entries);
  if (entries == NULL) fail("mount-refused", errno, "there is no memory for a copy of the root");
  size_t count = read_root(entries);
  const char *const options[] = {"mode", "0755", NULL};
  int memory = new_file_system("tmpfs", options, 0);
  // It has to be mounted somewhere for a moment; the clones are taken already, so any directory will do.
  char place[NAME_MAX + 2] = "";
  for (size_t i = 0; i < count && place[0] == '\0'; i++) {
    if (S_ISDIR(entries[i].mode)) snprintf(place, sizeof place, "/%s", entries[i].name);
  }
  int over = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (memory < 0 || over < 0 || attach_mount(memory, over) != 0) {
    fail("mount-refused", errno, "a copy of the root cannot be mounted");
  }
  int root = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (size_t i = 0; i < count; i++) fill_root(root, &entries[i]);
  if (change_root(root) != 0) fail("mount-refused", errno, "a copy of the root cannot be entered");
  close(over);
  close(root);
  free(entries);
  is_root_rebuilt = true;
}

/// Makes what is missing of `target`, which is absolute.
static void make_target(const char *target, bool is_directory) {
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s", target) >= (int)sizeof path) {
    fail("mount-refused", ENAMETOOLONG, "the mount target is too long");
  }
  for (char *end = path; *end != '\0'; ) {
    end = strchrnul(end + 1, '/');
    bool is_last = end[strspn(end, "/")] == '\0';
    char separator = *end;
    *end = '\0';
    struct stat status;
    if (stat(path, &status) != 0) {
      if (errno != ENOENT) fail("mount-refused", errno, "the mount target %s cannot be made", target);
      if (strrchr(path, '/') == path && !is_root_rebuilt) rebuild_root();
      if (!is_last || is_directory) {
        if (mkdir(path, 0755) != 0) fail("mount-refused", errno, "the mount target %s cannot be made", target);
      } else {
        int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
        if (file < 0) fail("mount-refused", errno, "the mount target %s cannot be made", target);
        close(file);
      }
    }
    *end = separator;
    if (is_last) break;
  }
}

static void mount_requested(const struct mount_request *wanted) {
  int mount;
  bool is_directory = true;
  if (wanted->kind == MOUNT_TEMPORARY) {
    const char *options[] = {"mode", "1777", wanted->size == NULL ? NULL : "size", wanted->size, NULL};
    mount = new_file_system("tmpfs", options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
  } else {
    struct stat status;
    if (stat(wanted->source, &status) != 0) {
      fail("mount-refused", errno, "%s, to be mounted at %s, cannot be opened", wanted->source, wanted->target);
    }
    is_directory = S_ISDIR(status.st_mode);
    // Before the target is made, which may change what the source's path means.
    mount = clone_mount(AT_FDCWD, wanted->source);
    if (mount >= 0 && wanted->kind == MOUNT_BIND_READ_ONLY && restrict_mount(mount, MOUNT_ATTR_RDONLY) != 0) {
      fail("mount-refused", errno, "%s cannot be made read-only", wanted->target);
    }
  }
  if (mount < 0) fail("mount-refused", errno, "nothing can be mounted at %s", wanted->target);
  make_target(wanted->target, is_directory);
  int target = open(wanted->target, O_PATH | O_CLOEXEC);
  if (target < 0 || attach_mount(mount, target) != 0) {
    fail("mount-refused", errno, "nothing can be mounted at %s", wanted->target);
  }
  close(target);
}

void host_share(const struct request *request) {
  if (request->mount_count == 0) return;
  if (unshare(CLONE_NEWNS) != 0) fail("namespace-refused", errno, "the program cannot get mounts of its own");
  make_mounts_private();
  for (size_t i = 0; i < request->mount_count; i++) mount_requested(&request->mounts[i]);
  is_shared = true;
  if (!is_root_rebuilt) return;
  int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  // Not recursively: only the copy itself, in which anything new would be lost without a word.
  if (root < 0 || restrict_mount_alone(root, MOUNT_ATTR_RDONLY) != 0) {
    fail("mount-refused", errno, "the copy of the root cannot be made read-only");
  }
  close(root);
}

void host_enter(const struct request *request) {
  // What the program mounts itself ends with it, and is seen by no other.
  int flags = (is_shared ? CLONE_NEWNS : 0) | (request->has_no_network ? CLONE_NEWNET : 0);
  if (flags != 0 && unshare(flags) != 0) {
    fail("namespace-refused", errno, "the program cannot get namespaces of its own");
  }
  if (request->has_no_network) network_bring_up_loopback();
  if (!is_shared) host_share(request);
}
