// The directory that becomes a container's root: an overlay, or its upper directory alone.

#pragma once

#include "request.h"

/// Mounts the overlay over its upper directory, in this process's own mount namespace, and opens it.
int root_directory_mount(const struct request *request);

/// Empties the overlay's work directory, in which the kernel leaves things behind. Called when the overlay is gone.
void root_directory_clear(const struct request *request);

/// Tries whether an overlay of one lower directory can be mounted, and unmounts it: an errno, or 0.
int root_directory_try(const char *lower, const char *upper, const char *work);

/// Removes `directory` and everything in it.
void root_directory_remove(const char *directory);
