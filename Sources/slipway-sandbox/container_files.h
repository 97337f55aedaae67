// What every container finds in its root besides its image: /proc, /sys, /dev, /etc/hosts and /etc/resolv.conf.

#pragma once

#include "request.h"

/// Mounts them in the directory `root`, in the process that is to be the container's first.
void container_files_mount(const struct request *request, int root);
