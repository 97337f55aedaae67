// The host's file system with a few mounts that only the program sees.

#pragma once

#include "request.h"

/// Gives this process a mount namespace of its own, where anything is to be mounted, and mounts it.
///
/// A mount target that is missing directly below / is made in a copy of the root directory that only this process and
/// those that come from it see, so that nothing of it appears on the host. That copy is read-only; what is mounted below
/// it, the host's own directories, is not. A target that is missing further down is made on the host and stays there.
void host_share(const struct request *request);

/// Gives this process what the program needs to itself: a mount namespace, a copy of the one that `host_share` made in
/// this process or in one above it, else with the request's mounts; and a network namespace where asked for.
void host_enter(const struct request *request);
