// What the helper tells Slipway, one line at a time, on the descriptor that it was started with as standard error:
//
//   exited CODE              the program ended by itself
//   killed SIGNAL            a signal ended the program
//   error KIND ERRNO TEXT    the program was never started; ERRNO may be 0
//
// Exactly one such line is written in the life of a sandbox. Anything else that arrives there is no part of the
// protocol.

#pragma once

#include <stdbool.h>

/// The exit code of a helper that could not start the program; the line on the status descriptor tells it from a
/// program's own.
enum { EXIT_SETUP_FAILED = 125 };

/// Moves the status descriptor out of the way of the program's standard error, and closes everything else that was
/// inherited, from the descriptor `first` on.
void status_take_over(unsigned first);

/// The descriptor of the status pipe or socket. It reports POLLERR or POLLHUP when Slipway is gone.
int status_descriptor(void);

/// Whether a line was written, by whichever of the sandbox's processes.
bool status_is_reported(void);

/// Reports how the program ended, in the form of waitpid.
void status_report_end(int wait_status);

/// Reports that the program could not be started. `error` is an errno or 0.
void status_report_error(const char *kind, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));

/// The same on another descriptor, on behalf of a sandbox that came to nothing.
void status_report_to(int other, const char *kind, int error, const char *text);

/// Reports what another process of this program reported to this one. False when `line` is no such line.
bool status_forward_line(const char *line);

/// Reports that the program could not be started, and ends this process.
_Noreturn void fail(const char *kind, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));
