// What every container finds in its root besides its image: /proc, /sys, /dev, /etc/hosts and /etc/resolv.conf.

#pragma once

#include "request.h"

/// Adds bubblewrap's options for them. `root` is the container's root directory; what bubblewrap takes from the host's
/// /dev and /sys is changed, for this mount namespace, so that the container may see it.
void container_files_add(const struct request *request, int root);
