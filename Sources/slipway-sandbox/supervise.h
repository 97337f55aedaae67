// Watching over the processes of a sandbox until none of them is left.

#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct supervision {
  /// The process whose end is the end of the step.
  pid_t child;
  /// Between TERM and KILL; negative: never KILL.
  long grace_milliseconds;
  /// Kill everything when Slipway is gone.
  bool watches_slipway;
  /// A descriptor that starts the grace period when something can be read from it, as a signal does; -1 for none.
  int stop;
  void (*terminate)(pid_t child);
  void (*kill)(pid_t child);
  /// Told as soon as the child has ended.
  void (*report)(int wait_status);
};

/// Blocks the signals that `supervise` reads. Called before the first process is made, so that none is lost.
void supervise_block_signals(void);

/// Returns the child's wait status when it and all its descendants are gone. TERM, INT and HUP start the grace period,
/// a second one of them ends it.
///
/// What the child leaves behind may go on for a moment, as the `tee` of a shell's `> >(tee log)` has to, and is then
/// killed.
int supervise(const struct supervision *supervision);

/// The exit code that passes on how a child ended: its own, or 128 and the signal's number.
int exit_code_of(int wait_status);

/// Sends `signal` to every descendant of this process.
void signal_descendants(int signal);
