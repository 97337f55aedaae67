// What the program may do: its user, its capabilities, its system calls.

#pragma once

#include "request.h"

/// Gives up everything that the program is not to have. Called in the process that becomes the program.
///
/// In a container that is not privileged these are Docker's default capabilities and the system call filter. A program
/// that is not root has none of the capabilities, but gains them through programs with the set-user-ID bit, as `sudo`,
/// as it would in Docker.
void privileges_apply(const struct request *request);
