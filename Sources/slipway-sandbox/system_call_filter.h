#pragma once

/// Refuses this process, and all that come from it, the system calls that let a container reach the kernel's inside or
/// the host: mounting, new namespaces, kernel modules, kexec, BPF, key rings, tracing hardware, setting the clock and
/// the like.
void system_call_filter_install(void);
