// One process that makes many: what the sandboxes of a stage have in common is set up once, and each of them costs a
// fork.

#pragma once

/// `slipway-sandbox serve [--bind…]`: gives itself a mount namespace with what was asked for, and then starts what
/// Slipway asks for on the socket that is its standard input, until that is closed.
///
/// A request is a message of one byte and three descriptors: a pipe with the request (`served_request_read`), a pipe for
/// the program's output, and a socket. On the socket the supervisor reports (status.h); a byte that arrives there starts
/// the grace period, and when its other end is closed everything is killed.
///
/// When the namespace cannot be made, the error is reported on standard input and the process ends.
int serve_command(int count, char **words);
