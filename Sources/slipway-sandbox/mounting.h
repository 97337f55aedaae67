// The kernel's mount interface by descriptors (Linux 5.12), which glibc 2.35 and older do not wrap.

#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Whether this process lives in a user namespace that maps less than everything.
bool in_user_namespace(void);

/// Cuts this mount namespace off from the one that it was copied from: nothing propagates in either direction.
void make_mounts_private(void);

/// A detached copy of the mount at `path` or, when that is empty, at `directory` itself, with everything mounted below
/// it. -1 and errno when that fails.
int clone_mount(int directory, const char *path);

/// Sets attributes (MOUNT_ATTR_…) on a mount and on everything below it.
int restrict_mount(int mount, uint64_t attributes);

/// The same, on the mount and nothing below it.
int restrict_mount_alone(int mount, uint64_t attributes);

/// A new, detached file system: `options` are NAME, VALUE pairs ended by NULL. -1 and errno when that fails.
int new_file_system(const char *type, const char *const options[], uint64_t attributes);

/// Attaches a detached mount at the file or directory that `target` refers to, and closes `mount`. -1 and errno when
/// that fails.
int attach_mount(int mount, int target);

/// Makes the mounted directory `root` the root of this mount namespace and lets go of the old one.
int change_root(int root);

/// Opens `path` as a process would whose root is `root`. -1 and errno when that fails.
int open_in_root(int root, const char *path, uint64_t flags);
