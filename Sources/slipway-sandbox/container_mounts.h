// The directories, files and temporary file systems that were asked for in a container.

#pragma once

#include "request.h"

/// Adds bubblewrap's options for them, with targets in which no symbolic link is left: bubblewrap would follow those of
/// the image, or of a directory that is mounted, to wherever they lead on the host.
void container_mounts_add(const struct request *request, int root);
