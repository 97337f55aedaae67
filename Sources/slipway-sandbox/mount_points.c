#define _GNU_SOURCE
#include "mount_points.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "mounting.h"
#include "status.h"

enum { LIMIT = 256, LINK_LIMIT = 40 };

struct made {
  bool is_directory;
  /// The upper directory held a whiteout here, which has to come back.
  bool was_whiteout;
  /// Relative to the upper directory.
  char path[PATH_MAX];
};

struct parent {
  bool existed;
  struct timespec modified_before;
  struct timespec modified_sealed;
  struct timespec changed_sealed;
  /// Relative to the upper directory; "." for itself.
  char path[PATH_MAX];
};

/// Shared between the process that becomes bubblewrap, which writes it, and the supervisor, which reads it after the
/// other has ended.
struct record {
  int made_count;
  int parent_count;
  struct made made[LIMIT];
  struct parent parents[LIMIT];
};

static int upper_directory = -1;
static struct record *record;

void mount_points_begin(int upper) {
  upper_directory = upper;
  // Only the pages that are written ever take memory.
  record = mmap(NULL, sizeof *record, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (record == MAP_FAILED) fail("mount-refused", errno, "there is no memory for the record of mount points");
}

static uint64_t mount_of(int descriptor) {
  struct statx status;
  if (syscall(SYS_statx, descriptor, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) != 0) return 0;
  return status.stx_mnt_id;
}

/// The path of `descriptor` relative to `root`, or NULL when it lies in another file system that is mounted in there.
static const char *path_in_root(int root, int descriptor, char buffer[PATH_MAX]) {
  if (mount_of(root) != mount_of(descriptor)) return NULL;
  char link[64], prefix[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", root);
  ssize_t prefix_length = readlink(link, prefix, sizeof prefix - 1);
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, buffer, PATH_MAX - 1);
  if (prefix_length < 0 || length < prefix_length) return NULL;
  buffer[length] = '\0';
  const char *relative = buffer + prefix_length;
  while (*relative == '/') relative++;
  return *relative == '\0' ? "." : relative;
}

static void remember_directory(const char *path) {
  for (int i = 0; i < record->parent_count; i++) {
    if (strcmp(record->parents[i].path, path) == 0) return;
  }
  if (record->parent_count == LIMIT) fail("mount-refused", 0, "there are more than %d mounts", LIMIT);
  struct parent *parent = &record->parents[record->parent_count];
  struct stat status;
  parent->existed = fstatat(upper_directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (parent->existed) parent->modified_before = status.st_mtim;
  snprintf(parent->path, sizeof parent->path, "%s", path);
  record->parent_count++;
}

/// Remembers `path` and everything above it: all of them are copied up when something is made in a directory of the
/// image.
static void remember_parents(const char *path) {
  remember_directory(".");
  if (strcmp(path, ".") == 0) return;
  char directory[PATH_MAX];
  for (const char *end = path; *end != '\0'; ) {
    end = strchrnul(end + 1, '/');
    snprintf(directory, sizeof directory, "%.*s", (int)(end - path), path);
    remember_directory(directory);
  }
}

static struct made *remember_made(const char *parent, const char *name, bool is_directory) {
  if (record->made_count == LIMIT) fail("mount-refused", 0, "there are more than %d mounts", LIMIT);
  struct made *made = &record->made[record->made_count];
  int length = snprintf(made->path, sizeof made->path, "%s/%s", parent, name);
  if (length >= (int)sizeof made->path) fail("mount-refused", ENAMETOOLONG, "a mount target is too long");
  struct stat status;
  made->is_directory = is_directory;
  made->was_whiteout = fstatat(upper_directory, made->path, &status, AT_SYMLINK_NOFOLLOW) == 0
                       && S_ISCHR(status.st_mode) && status.st_rdev == makedev(0, 0);
  return made;
}

/// Makes the entry `name` in the directory `parent`. False with EEXIST when there is one that leads nowhere.
static bool make_entry(int root, int parent, const char *name, bool is_directory) {
  char buffer[PATH_MAX];
  const char *parent_path = path_in_root(root, parent, buffer);
  struct made *made = NULL;
  if (parent_path != NULL) {
    remember_parents(parent_path);
    made = remember_made(parent_path, name, is_directory);
  }
  if (is_directory) {
    if (mkdirat(parent, name, 0755) != 0) return false;
  } else {
    int file = openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (file < 0) return false;
    close(file);
  }
  if (made != NULL) record->made_count++;
  return true;
}

/// Opens `path` piece by piece and makes the first piece that is missing. 1: made, or a link was resolved into `path`;
/// 0: failed.
static int make_first_missing(int root, char path[PATH_MAX], bool is_directory) {
  char piece[PATH_MAX];
  int parent = open_in_root(root, ".", O_PATH | O_DIRECTORY);
  if (parent < 0) return 0;
  for (char *start = path; ; ) {
    while (*start == '/') start++;
    char *end = strchrnul(start, '/');
    bool is_last = end[strspn(end, "/")] == '\0';
    snprintf(piece, sizeof piece, "%.*s", (int)(end - path), path);
    int next = open_in_root(root, piece, O_PATH);
    if (next >= 0) {
      close(parent);
      if (is_last) {
        close(next);
        return 1;
      }
      parent = next;
      start = end;
      continue;
    }
    int result = 0;
    if (errno == ENOENT) {
      const char *name = memrchr(piece, '/', strlen(piece));
      name = name == NULL ? piece : name + 1;
      if (make_entry(root, parent, name, is_last ? is_directory : true)) {
        result = 1;
      } else if (errno == EEXIST) {
        // A symbolic link that leads to something missing: go on with where it leads.
        char link[PATH_MAX], rest[PATH_MAX];
        ssize_t length = readlinkat(parent, name, link, sizeof link - 1);
        if (length > 0) {
          link[length] = '\0';
          snprintf(rest, sizeof rest, "%s", end);
          int directory_length = link[0] == '/' ? 0 : (int)(start - path);
          int written = snprintf(piece, sizeof piece, "%.*s%s%s", directory_length, path, link, rest);
          if (written < (int)sizeof piece) {
            memcpy(path, piece, (size_t)written + 1);
            result = 1;
          } else {
            errno = ENAMETOOLONG;
          }
        }
      }
    }
    int error = errno;
    close(parent);
    errno = error;
    return result;
  }
}

void mount_point_make(int root, const char *target, bool is_directory, char place[PATH_MAX]) {
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s", target) >= (int)sizeof path) {
    fail("mount-refused", ENAMETOOLONG, "the mount target is too long");
  }
  // Every round makes one piece or resolves one link.
  for (int round = 0; round < LINK_LIMIT + PATH_MAX / 2; round++) {
    int found = open_in_root(root, path, O_PATH);
    if (found >= 0) {
      const char *relative = path_in_root(root, found, path);
      close(found);
      if (relative == NULL) fail("mount-refused", 0, "the mount target %s is in another file system", target);
      snprintf(place, PATH_MAX, "/%s", strcmp(relative, ".") == 0 ? "" : relative);
      return;
    }
    if (errno != ENOENT || !make_first_missing(root, path, is_directory)) break;
  }
  fail("mount-refused", errno, "the mount target %s cannot be made", target);
}

void mount_points_seal(void) {
  for (int i = 0; i < record->parent_count; i++) {
    struct parent *parent = &record->parents[i];
    struct stat status;
    if (fstatat(upper_directory, parent->path, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    parent->modified_sealed = status.st_mtim;
    parent->changed_sealed = status.st_ctim;
  }
}

static bool is_same(struct timespec a, struct timespec b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

/// Opens the directory that holds `path`, and points `name` at the last piece. The program may have put symbolic links
/// into the upper directory since: none is followed.
static int open_parent(const char *path, const char **name) {
  char directory[PATH_MAX];
  snprintf(directory, sizeof directory, "%s", path);
  char *slash = strrchr(directory, '/');
  if (slash != NULL) *slash = '\0';
  *name = slash == NULL ? path : path + (slash - directory) + 1;
  struct open_how how = {
    .flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS
  };
  return (int)syscall(SYS_openat2, upper_directory, slash == NULL ? "." : directory, &how, sizeof how);
}

static void clear_made(const struct made *made) {
  const char *name;
  int parent = open_parent(made->path, &name);
  if (parent < 0) return;
  struct stat status;
  bool is_gone = false;
  if (made->is_directory) {
    is_gone = unlinkat(parent, name, AT_REMOVEDIR) == 0;
  } else if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode)
             && status.st_size == 0) {
    is_gone = unlinkat(parent, name, 0) == 0;
  }
  if (is_gone && made->was_whiteout) mknodat(parent, name, S_IFCHR, makedev(0, 0));
  close(parent);
}

void mount_points_clear(void) {
  bool is_untouched[LIMIT], keeps_time[LIMIT];
  for (int i = 0; i < record->parent_count; i++) {
    struct parent *parent = &record->parents[i];
    struct stat status;
    bool is_there = fstatat(upper_directory, parent->path, &status, AT_SYMLINK_NOFOLLOW) == 0
                    && S_ISDIR(status.st_mode);
    is_untouched[i] = is_there && is_same(status.st_ctim, parent->changed_sealed);
    keeps_time[i] = is_there && is_same(status.st_mtim, parent->modified_sealed);
  }
  for (int i = record->made_count - 1; i >= 0; i--) clear_made(&record->made[i]);
  for (int i = record->parent_count - 1; i >= 0; i--) {
    struct parent *parent = &record->parents[i];
    const char *name;
    int directory = open_parent(parent->path, &name);
    if (directory < 0) continue;
    if (!parent->existed && is_untouched[i]) {
      unlinkat(directory, name, AT_REMOVEDIR);
    } else if (parent->existed && keeps_time[i]) {
      struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, parent->modified_before};
      utimensat(directory, name, times, AT_SYMLINK_NOFOLLOW);
    }
    close(directory);
  }
}
