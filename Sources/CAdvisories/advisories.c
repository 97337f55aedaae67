#include "advisories.h"

// #embed is C23; clang takes it in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char pack[] = {
#embed "advisories.pack"
};

const unsigned char *slipway_advisories_start(void) { return pack; }

size_t slipway_advisories_size(void) { return sizeof pack; }
