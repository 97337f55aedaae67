#pragma once

/// `slipway-sandbox probe DIRECTORY`: tries what sandboxes need, and prints a line `NAME VALUE` for each; where VALUE
/// tells of success it is an errno, 0 for "works". The overlay is tried with its upper directory in DIRECTORY, and
/// cleared away.
int probe_command(int count, char **words);
