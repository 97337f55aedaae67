// The container's first process, in which bubblewrap ends: it starts the program, reaps what nobody else reaps, and
// takes everything with it when it ends.
//
// It runs in a root directory without a C library, perhaps, which is one more reason for this program to be linked
// statically.

#pragma once

/// `slipway-sandbox init STOP [OPTION…] -- PROGRAM ARGUMENT…`, as process 1 of a container.
///
/// STOP is the descriptor that can be read from when everything is to end; the options are those of `run` about the
/// program itself. The environment, the outputs and the report are as for `run`.
int container_init_command(int count, char **words);
