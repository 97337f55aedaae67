#define _GNU_SOURCE
#include "container_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mount_points.h"
#include "mounting.h"
#include "status.h"

static const uint64_t plain = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

/// Attaches `mount`, or says that `target` cannot be mounted when the mount could not be made.
static void attach(int root, int mount, const char *target, bool is_directory) {
  if (mount < 0) fail("mount-refused", errno, "%s cannot be mounted in the container", target);
  int place = mount_point_open(root, target, is_directory);
  if (attach_mount(mount, place) != 0) fail("mount-refused", errno, "%s cannot be mounted in the container", target);
  close(place);
}

/// A mount of the host's device `path`. Read-only, which a device does not mind, so that nobody changes the host's
/// node, its owner or its mode.
static int clone_device(const char *path) {
  int mount = clone_mount(AT_FDCWD, path);
  if (mount < 0 || restrict_mount(mount, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC) == 0) return mount;
  int error = errno;
  close(mount);
  errno = error;
  return -1;
}

/// Covers what is there at `path`, if anything, with something empty.
static void mask(int root, const char *path) {
  int place = open_in_root(root, path, O_PATH);
  struct stat status;
  if (place < 0 || fstat(place, &status) != 0) return;
  int mount = S_ISDIR(status.st_mode) ? new_file_system("tmpfs", NULL, plain | MOUNT_ATTR_RDONLY)
                                      : clone_device("/dev/null");
  if (mount < 0 || attach_mount(mount, place) != 0) fail("mount-refused", errno, "/%s cannot be hidden", path);
  close(place);
}

static void make_read_only(int root, const char *path) {
  int place = open_in_root(root, path, O_PATH);
  if (place < 0) return;
  int mount = clone_mount(place, "");
  if (mount < 0 || restrict_mount(mount, MOUNT_ATTR_RDONLY) != 0 || attach_mount(mount, place) != 0) {
    fail("mount-refused", errno, "/%s cannot be made read-only", path);
  }
  close(place);
}

static void mount_kernel_interfaces(const struct request *request, int root) {
  attach(root, new_file_system("proc", NULL, plain), "proc", true);
  uint64_t attributes = request->is_privileged ? plain : plain | MOUNT_ATTR_RDONLY;
  int system = new_file_system("sysfs", NULL, attributes);
  if (system < 0) {
    // Only the owner of the network namespace may mount a new one.
    system = clone_mount(AT_FDCWD, "/sys");
    if (system >= 0 && !request->is_privileged && restrict_mount(system, MOUNT_ATTR_RDONLY) != 0) system = -1;
  }
  attach(root, system, "sys", true);
  if (request->is_privileged) return;

  // Docker's list: https://github.com/moby/moby/blob/master/oci/defaults.go
  static const char *const masked[] = {
    "proc/acpi", "proc/asound", "proc/interrupts", "proc/kcore", "proc/keys", "proc/latency_stats", "proc/sched_debug",
    "proc/scsi", "proc/timer_list", "proc/timer_stats", "sys/devices/virtual/powercap", "sys/firmware",
  };
  static const char *const read_only[] = {"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger"};
  for (size_t i = 0; i < sizeof masked / sizeof *masked; i++) mask(root, masked[i]);
  for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++) make_read_only(root, read_only[i]);
}

/// Binds the host's device or directory /dev/`name` into the container.
static void bind_device(int root, const char *name, bool is_directory) {
  char path[512];
  snprintf(path, sizeof path, "/dev/%s", name);
  int mount = is_directory ? clone_mount(AT_FDCWD, path) : clone_device(path);
  if (mount < 0) {
    if (errno == ENOENT) return;
    fail("mount-refused", errno, "%s cannot be mounted in the container", path);
  }
  int directory = open_in_root(root, "dev", O_RDONLY | O_DIRECTORY);
  if (directory < 0) fail("mount-refused", errno, "/dev cannot be opened in the container");
  if (is_directory) {
    mkdirat(directory, name, 0755);
  } else {
    int file = openat(directory, name, O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (file >= 0) close(file);
  }
  int place = openat(directory, name, O_PATH | O_CLOEXEC | O_NOFOLLOW);
  if (place < 0 || attach_mount(mount, place) != 0) {
    fail("mount-refused", errno, "%s cannot be mounted in the container", path);
  }
  close(place);
  close(directory);
}

/// Every device that the host has, for a privileged container; not what others keep in shared memory or terminals.
static void bind_all_devices(int root) {
  static const char *const own[] = {
    ".", "..", "pts", "ptmx", "shm", "mqueue", "fd", "stdin", "stdout", "stderr", "core",
  };
  DIR *devices = opendir("/dev");
  if (devices == NULL) fail("mount-refused", errno, "/dev cannot be read");
  struct dirent *entry;
  while ((entry = readdir(devices)) != NULL) {
    bool is_own = false;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) is_own |= strcmp(entry->d_name, own[i]) == 0;
    struct stat status;
    if (is_own || fstatat(dirfd(devices), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISLNK(status.st_mode)) continue;
    bind_device(root, entry->d_name, S_ISDIR(status.st_mode));
  }
  closedir(devices);
}

static void mount_terminals(int root) {
  // Debian's group 5 is tty; where a user namespace does not map it, the terminals belong to their user's group.
  const char *const usual[] = {"ptmxmode", "0666", "mode", "0620", "gid", "5", NULL};
  const char *const without_group[] = {"ptmxmode", "0666", "mode", "0620", NULL};
  uint64_t attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
  int terminals = new_file_system("devpts", usual, attributes);
  if (terminals < 0) terminals = new_file_system("devpts", without_group, attributes);
  attach(root, terminals, "dev/pts", true);
}

static void mount_devices(const struct request *request, int root) {
  const char *const options[] = {"mode", "0755", "size", "16m", NULL};
  // Nodes that the program makes here stay unusable; the devices that it may use are mounts of their own.
  int devices = new_file_system("tmpfs", options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
  attach(root, devices, "dev", true);
  int directory = open_in_root(root, "dev", O_RDONLY | O_DIRECTORY);
  static const char *const links[][2] = {
    {"/proc/self/fd", "fd"}, {"/proc/self/fd/0", "stdin"}, {"/proc/self/fd/1", "stdout"}, {"/proc/self/fd/2", "stderr"},
    {"/proc/kcore", "core"}, {"pts/ptmx", "ptmx"},
  };
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
    if (symlinkat(links[i][0], directory, links[i][1]) != 0) fail("mount-refused", errno, "/dev cannot be filled");
  }
  if (mkdirat(directory, "pts", 0755) != 0 || mkdirat(directory, "shm", 01777) != 0) {
    fail("mount-refused", errno, "/dev cannot be filled");
  }
  close(directory);

  static const char *const usual[] = {"null", "zero", "full", "random", "urandom", "tty"};
  if (request->is_privileged) {
    bind_all_devices(root);
  } else {
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) bind_device(root, usual[i], false);
  }
  mount_terminals(root);
  const char *const shared_memory[] = {"mode", "1777", NULL};
  attach(root, new_file_system("tmpfs", shared_memory, plain), "dev/shm", true);
}

/// Copies `source` behind `text` into a file that is mounted at `target`: a copy, so that the program may change it.
static void mount_file(int root, const char *target, const char *source, const char *text) {
  int directory = open_in_root(root, "dev", O_RDONLY | O_DIRECTORY);
  int file = openat(directory, ".file", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
  if (file < 0) fail("mount-refused", errno, "%s cannot be made", target);
  size_t length = strlen(text);
  bool is_written = write(file, text, length) == (ssize_t)length;
  int original = source == NULL ? -1 : open(source, O_RDONLY | O_CLOEXEC);
  if (original >= 0) {
    char buffer[8192];
    ssize_t count;
    while ((count = read(original, buffer, sizeof buffer)) > 0) {
      is_written &= write(file, buffer, (size_t)count) == count;
    }
    close(original);
  }
  if (!is_written) fail("mount-refused", errno, "%s cannot be made", target);
  close(file);
  attach(root, clone_mount(directory, ".file"), target, false);
  unlinkat(directory, ".file", 0);
  close(directory);
}

static void mount_name_files(const struct request *request, int root) {
  char hosts[512];
  snprintf(hosts, sizeof hosts, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\t%s\n",
           request->host_name);
  mount_file(root, "etc/hosts", request->has_no_network ? NULL : "/etc/hosts", hosts);
  if (!request->has_no_network) mount_file(root, "etc/resolv.conf", "/etc/resolv.conf", "");
}

void container_files_mount(const struct request *request, int root) {
  mount_kernel_interfaces(request, root);
  mount_devices(request, root);
  mount_name_files(request, root);
}
