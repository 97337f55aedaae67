// The container's first process: it starts the program, reaps what nobody else reaps, and takes everything with it when
// it ends.

#pragma once

#include "request.h"

/// Called in process 1 of the container, when everything is mounted. `words` is the memory of the command line.
_Noreturn void container_init_run(const struct request *request, int count, char **words);
