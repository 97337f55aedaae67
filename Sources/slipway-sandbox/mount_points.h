// The directories and empty files that a container needs to mount something over, where its image has none.
//
// They are made in the container's upper directory and taken away again when the container has ended, so that they
// never reach a layer: neither they, nor the parents that were copied up for them, nor a changed time on a parent.

#pragma once

#include <limits.h>
#include <stdbool.h>

/// Starts the record. Called before the process is made that fills it, and by the one that clears it later. `upper` is
/// opened before anything is mounted over it.
void mount_points_begin(int upper);

/// Makes what is missing of `target`, where something is to be mounted in the root directory `root`. Symbolic links are
/// followed as the container would follow them; `place` is where they lead to, an absolute path in the container without
/// any. Ends the process with `error mount-refused` when it cannot be made.
void mount_point_make(int root, const char *target, bool is_directory, char place[PATH_MAX]);

/// Remembers what the upper directory looks like before the program starts.
void mount_points_seal(void);

/// Takes away what was made and is still empty. Called when nothing of the container is left.
void mount_points_clear(void);
