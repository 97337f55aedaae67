#pragma once

/// Brings up the loopback interface of this process's own network namespace.
void network_bring_up_loopback(void);
