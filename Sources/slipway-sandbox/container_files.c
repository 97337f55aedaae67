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

#include "bubblewrap.h"
#include "mount_points.h"
#include "mounting.h"
#include "status.h"

/// Makes the place for one of the directories that bubblewrap fills. It would follow symbolic links of the image to
/// wherever they lead.
static void add_directory(int root, const char *path) {
  char place[PATH_MAX];
  mount_point_make(root, path, true, place);
  if (strcmp(place, path) != 0) fail("mount-refused", 0, "%s is a symbolic link in the container's root", path);
}

/// Docker's lists: https://github.com/moby/moby/blob/master/oci/defaults.go. What is read-only comes from the host's own
/// /proc; it tells of the process that reads it all the same, as the host name does.
static void restrict_kernel_interfaces(void) {
  static const char *const read_only[] = {
    "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
  };
  static const char *const masked[] = {
    "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
    "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
    "/sys/firmware",
  };
  for (size_t i = 0; i < sizeof read_only / sizeof *read_only; i++) {
    if (access(read_only[i], F_OK) == 0) bubblewrap_option("--ro-bind", read_only[i], read_only[i], NULL);
  }
  for (size_t i = 0; i < sizeof masked / sizeof *masked; i++) {
    struct stat status;
    if (stat(masked[i], &status) != 0) continue;
    if (S_ISDIR(status.st_mode)) {
      bubblewrap_option("--tmpfs", masked[i], "--remount-ro", masked[i], NULL);
    } else {
      bubblewrap_option("--dev-bind", "/dev/null", masked[i], NULL);
    }
  }
}

/// Mounts a new /sys over the host's, which has other file systems mounted in it.
static void renew_system(void) {
  int system = new_file_system("sysfs", NULL, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  // Only the owner of the network namespace may; in a user namespace the container sees what its user sees.
  if (system < 0) return;
  int place = open("/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (place < 0 || attach_mount(system, place) != 0) fail("mount-refused", errno, "/sys cannot be mounted");
  close(place);
}

static void add_kernel_interfaces(const struct request *request, int root) {
  add_directory(root, "/proc");
  add_directory(root, "/sys");
  renew_system();
  bubblewrap_option("--proc", "/proc", request->is_privileged ? "--bind" : "--ro-bind", "/sys", "/sys", NULL);
  if (!request->is_privileged) restrict_kernel_interfaces();
  // It shows the host's interfaces, not the container's.
  if (request->has_no_network) bubblewrap_option("--tmpfs", "/sys/class/net", "--remount-ro", "/sys/class/net", NULL);
}

/// Makes the host's device read-only in this mount namespace, which bubblewrap takes over. A device does not mind, but
/// nobody changes the host's node, its owner or its mode.
static void protect_device(const char *path) {
  int mount = clone_mount(AT_FDCWD, path);
  if (mount < 0 && errno == ENOENT) return;
  int place = open(path, O_PATH | O_CLOEXEC);
  if (mount < 0 || place < 0 || restrict_mount(mount, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC) != 0
      || attach_mount(mount, place) != 0) {
    fail("mount-refused", errno, "%s cannot be made read-only for the container", path);
  }
  close(place);
}

/// Every device that the host has, for a privileged container; not what others keep in shared memory or terminals.
static void add_all_devices(void) {
  static const char *const own[] = {
    ".", "..", "pts", "ptmx", "shm", "mqueue", "fd", "stdin", "stdout", "stderr", "core", "null", "zero", "full",
    "random", "urandom", "tty",
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
    char path[sizeof "/dev/" + NAME_MAX];
    snprintf(path, sizeof path, "/dev/%s", entry->d_name);
    if (!S_ISDIR(status.st_mode)) protect_device(path);
    bubblewrap_option("--dev-bind", path, path, NULL);
  }
  closedir(devices);
}

static void add_devices(const struct request *request, int root) {
  static const char *const usual[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"};
  add_directory(root, "/dev");
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) protect_device(usual[i]);
  bubblewrap_option("--dev", "/dev", "--perms", "1777", "--tmpfs", "/dev/shm", NULL);
  if (request->is_privileged) add_all_devices();
}

/// Adds a file with `text` and a copy of `source` in it: a copy, so that the program may change it.
static void add_file(int root, const char *target, const char *source, const char *text) {
  int file = memory_file();
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
  if (!is_written || lseek(file, 0, SEEK_SET) != 0) fail("mount-refused", errno, "%s cannot be made", target);
  char place[PATH_MAX], number[12];
  mount_point_make(root, target, false, place);
  bubblewrap_option("--perms", "0644", "--bind-data", inherited_descriptor(file, number), place, NULL);
}

static void add_name_files(const struct request *request, int root) {
  char hosts[8192];
  size_t length = (size_t)snprintf(
    hosts, sizeof hosts, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\t%s\n",
    request->host_name);
  for (size_t i = 0; i < request->host_alias_count && length < sizeof hosts; i++) {
    length += (size_t)snprintf(hosts + length, sizeof hosts - length, "127.0.0.1\t%s\n", request->host_aliases[i]);
  }
  if (length >= sizeof hosts) fail("invalid-request", 0, "there are too many names for /etc/hosts");
  add_file(root, "/etc/hosts", request->has_no_network ? NULL : "/etc/hosts", hosts);
  if (!request->has_no_network) add_file(root, "/etc/resolv.conf", "/etc/resolv.conf", "");
}

void container_files_add(const struct request *request, int root) {
  // The devices first: files are masked with one of them.
  add_devices(request, root);
  add_kernel_interfaces(request, root);
  add_name_files(request, root);
}
