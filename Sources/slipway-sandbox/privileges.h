// What the program may do: its user, its capabilities, its system calls.

#pragma once

#include "request.h"

/// Adds bubblewrap's options for it. In a container that is not privileged these are Docker's default capabilities and
/// the system call filter; a privileged one keeps every capability.
void privileges_add(const struct request *request);

/// Becomes the program's user. A program in a container that is not root has no capabilities, and cannot gain any:
/// bubblewrap always forbids that (no_new_privs), also to programs with the set-user-ID bit, as `sudo`.
void privileges_apply(const struct request *request);
