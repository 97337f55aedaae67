#ifndef SLIPWAY_ADVISORIES_H
#define SLIPWAY_ADVISORIES_H

#include <stddef.h>

// The pack of advisories that is shipped inside the program; module Scanning knows its format.
const unsigned char *_Nullable slipway_advisories_start(void);
size_t slipway_advisories_size(void);

#endif
