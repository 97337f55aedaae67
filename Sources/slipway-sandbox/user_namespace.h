// For ordinary users: a user namespace in which they are root.

#pragma once

#include <stdbool.h>
#include <sys/types.h>

/// `slipway-sandbox userns -- PROGRAM ARGUMENT…`: becomes the program, in a new user namespace. There the user is 0,
/// and where /etc/subuid, /etc/subgid, newuidmap and newgidmap grant subordinate numbers they are 1 and up. Says why on
/// standard error and exits 125 when that is refused, 126 or 127 when the program cannot be executed.
int user_namespace_command(int count, char **words);

/// Enters a new user namespace with only this user in it, as 0. -1 and errno when that is refused.
int user_namespace_enter_alone(void);

/// Sums up what /etc/subuid or /etc/subgid (`file`) grants this user.
unsigned long user_namespace_granted(const char *file);
