// A container: made by bubblewrap, on a root directory that this program mounts, and ended by this program.

#pragma once

#include <sys/types.h>

#include "request.h"

/// Starts bubblewrap, whose end is the end of the container. When this process is gone, all of the container is gone.
pid_t container_start(const struct request *request);

/// Asks everything in the container to end.
void container_terminate(pid_t bubblewrap);

/// Reports how the program ended or, when it was never started, what bubblewrap said about it. `wait_status` is
/// bubblewrap's.
void container_report_end(int wait_status);

/// Takes away what the container left in the directories that it was given. Called when nothing of it is left.
void container_clear(const struct request *request);
