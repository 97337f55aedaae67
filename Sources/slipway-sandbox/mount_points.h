// The directories and empty files that a container needs to mount something over, where its image has none.
//
// They are made in the container's upper directory and taken away again when the container has ended, so that they
// never reach a layer: neither they, nor the parents that were copied up for them, nor a changed time on a parent.

#pragma once

#include <stdbool.h>

/// Starts the record. Called before the container's process is made, which fills it, and by the one that clears it
/// later. `upper` is opened before anything is mounted over it.
void mount_points_begin(int upper);

/// Opens the place in the root directory `root` where `target` is to be mounted, making what is missing of it. Symbolic
/// links are followed as the container would follow them. Ends the process with `error mount-refused` when it cannot be
/// made.
int mount_point_open(int root, const char *target, bool is_directory);

/// Remembers what the upper directory looks like before the program starts.
void mount_points_seal(void);

/// Takes away what was made and is still empty. Called when nothing of the container is left.
void mount_points_clear(void);
