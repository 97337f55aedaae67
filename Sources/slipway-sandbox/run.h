// A supervisor with the process that it is there for.

#pragma once

/// `slipway-sandbox run [OPTION…] -- PROGRAM ARGUMENT…`: the environment comes from standard input.
int run_command(int count, char **words);

/// The same in a process that was forked for it: the command line too comes from standard input, and mounts that the
/// host's programs share are there already.
int run_served(void);
