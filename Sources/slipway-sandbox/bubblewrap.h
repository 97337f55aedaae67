// The command line of bubblewrap (bwrap), which makes the containers.
//
// Its options go through a descriptor (--args), so that what other users can read of it stays short. Nothing of the
// program's environment is on it or in bubblewrap's own: an image could have bubblewrap load a library with LD_PRELOAD.

#pragma once

#include "request.h"

/// A file in memory, closed when a program is executed. Ends the process with `error container-failed` when there is
/// none.
int memory_file(void);

/// Lets the descriptor be inherited by bubblewrap, and writes its number, as an option's value.
const char *inherited_descriptor(int descriptor, char number[12]);

/// Adds an option and its values; the last argument is NULL.
void bubblewrap_option(const char *option, ...) __attribute__((sentinel));

/// Becomes bubblewrap, which becomes `slipway-sandbox init` in the container (container_init.h).
///
/// - Parameters:
///   - said: where both of them write what is to be known of the start and the end, as their standard error.
///   - stop: readable when the container is to end.
_Noreturn void bubblewrap_execute(const struct request *request, int said, int stop);
