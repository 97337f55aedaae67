// The last steps on the way to the program.

#pragma once

#include "request.h"

/// Becomes the program: a session of its own, its standard streams, its directory, its user, and no more rights than it
/// may have.
_Noreturn void program_run(const struct request *request);
