#pragma once

/// Writes a filter that refuses the system calls that let a container reach the kernel's inside or the host: mounting,
/// new namespaces, kernel modules, kexec, BPF, key rings, tracing hardware, setting the clock and the like. `file` gets
/// it as the kernel takes it, an array of `struct sock_filter`, and is left at its beginning.
void system_call_filter_write(int file);
