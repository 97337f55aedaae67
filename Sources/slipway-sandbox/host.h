// The host's file system with a few mounts that only the program sees.

#pragma once

#include "request.h"

/// Gives this process a mount namespace, and where asked for a network namespace, of its own, and mounts what was asked
/// for.
///
/// A mount target that is missing directly below / is made in a copy of the root directory that only this process sees,
/// so that nothing of it appears on the host. That copy is read-only; what is mounted below it, the host's own
/// directories, is not. A target that is missing further down is made on the host and stays there.
void host_enter(const struct request *request);
