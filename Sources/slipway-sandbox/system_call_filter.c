#define _GNU_SOURCE
#include "system_call_filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "status.h"

// Docker's profile lists what is allowed; this lists what that leaves out and what the kernel would not refuse anyway
// for want of a capability, and the calls whose capabilities a user namespace would hand out.
// https://docs.docker.com/engine/security/seccomp A list of refusals cannot break a program because the list is older
// than the program.

/// Every namespace that clone can make: CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}.
static const uint32_t namespace_flags = 0x7e020000;
/// PER_LINUX and PER_LINUX32 with and without UNAME26, and the question what it is.
static const uint32_t personalities[] = {0x0, 0x8, 0x20000, 0x20008, 0xffffffff};
static const uint32_t address_family_vsock = 40;

struct table {
  uint32_t architecture;
  const uint16_t *refused;
  size_t refused_count;
  uint16_t clone, clone3, personality, socket;
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const uint16_t native_refused[] = {
  SYS_acct, SYS_add_key, SYS_bpf, SYS_clock_settime, SYS_delete_module, SYS_fanotify_init, SYS_finit_module,
  SYS_fsconfig, SYS_fsmount, SYS_fsopen, SYS_fspick, SYS_init_module, SYS_io_uring_enter, SYS_io_uring_register,
  SYS_io_uring_setup, SYS_kcmp, SYS_kexec_file_load, SYS_kexec_load, SYS_keyctl, SYS_lookup_dcookie, SYS_mount,
  SYS_mount_setattr, SYS_move_mount, SYS_move_pages, SYS_open_by_handle_at, SYS_open_tree, SYS_perf_event_open,
  SYS_pidfd_getfd, SYS_pivot_root, SYS_quotactl, SYS_quotactl_fd, SYS_reboot, SYS_request_key, SYS_setns,
  SYS_settimeofday, SYS_swapoff, SYS_swapon, SYS_syslog, SYS_umount2, SYS_unshare, SYS_userfaultfd, SYS_vhangup,
#ifdef __x86_64__
  SYS__sysctl, SYS_create_module, SYS_get_kernel_syms, SYS_ioperm, SYS_iopl, SYS_nfsservctl, SYS_query_module,
  SYS_sysfs, SYS_uselib, SYS_ustat,
#endif
};

#ifdef __x86_64__
// The same calls by their numbers in 32-bit programs, which asm/unistd_32.h has.
static const uint16_t x86_refused[] = {
  21, 22, 25, 51, 52, 62, 79, 86, 87, 88, 101, 103, 110, 111, 113, 115, 127, 128, 129, 130, 131, 135, 149, 166, 167,
  169, 217, 253, 264, 283, 286, 287, 288, 310, 317, 336, 338, 342, 346, 349, 350, 357, 374, 404, 425, 426, 427, 428,
  429, 430, 431, 432, 433, 438, 442, 443,
};
#endif

static const struct table tables[] = {
#if defined(__x86_64__)
  {AUDIT_ARCH_X86_64, native_refused, COUNT(native_refused), SYS_clone, SYS_clone3, SYS_personality, SYS_socket},
  {AUDIT_ARCH_I386, x86_refused, COUNT(x86_refused), 120, 435, 136, 359},
#elif defined(__aarch64__)
  {AUDIT_ARCH_AARCH64, native_refused, COUNT(native_refused), SYS_clone, SYS_clone3, SYS_personality, SYS_socket},
#else
#error "The system call filter knows x86_64 and aarch64."
#endif
};

enum { CAPACITY = 512 };
static struct sock_filter program[CAPACITY];
static unsigned short length;

static void emit(uint16_t code, uint32_t operand, uint8_t if_true, uint8_t if_false) {
  if (length == CAPACITY) fail("namespace-refused", E2BIG, "the system call filter is too long");
  program[length++] = (struct sock_filter){code, if_true, if_false, operand};
}

static void emit_load(size_t offset) { emit(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0); }

static void emit_return(uint32_t action) { emit(BPF_RET | BPF_K, action, 0, 0); }

static const uint32_t refuse = SECCOMP_RET_ERRNO | EPERM;
static const uint32_t unknown = SECCOMP_RET_ERRNO | ENOSYS;
// Both architectures are little-endian: the low half of an argument comes first.
static const size_t first_argument = offsetof(struct seccomp_data, args);

static void emit_if_equal_return(uint32_t value, uint32_t action) {
  emit(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
  emit_return(action);
}

static void emit_table(const struct table *table) {
  emit_load(offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
  // The x32 calls have numbers of their own, from here on, and would slip through.
  if (table->architecture == AUDIT_ARCH_X86_64) {
    emit(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);
    emit_return(unknown);
  }
#endif
  for (size_t i = 0; i < table->refused_count; i++) emit_if_equal_return(table->refused[i], refuse);
  // A filter cannot look at clone3's flags, which are in memory: the C library falls back to clone when there is no
  // such call.
  emit_if_equal_return(table->clone3, unknown);

  emit(BPF_JMP | BPF_JEQ | BPF_K, table->clone, 0, 4);
  emit_load(first_argument);
  emit(BPF_JMP | BPF_JSET | BPF_K, namespace_flags, 0, 1);
  emit_return(refuse);
  emit_return(SECCOMP_RET_ALLOW);

  emit(BPF_JMP | BPF_JEQ | BPF_K, table->socket, 0, 4);
  emit_load(first_argument);
  emit(BPF_JMP | BPF_JEQ | BPF_K, address_family_vsock, 0, 1);
  emit_return(refuse);
  emit_return(SECCOMP_RET_ALLOW);

  emit(BPF_JMP | BPF_JEQ | BPF_K, table->personality, 0, 2 + 2 * COUNT(personalities));
  emit_load(first_argument);
  for (size_t i = 0; i < COUNT(personalities); i++) emit_if_equal_return(personalities[i], SECCOMP_RET_ALLOW);
  emit_return(refuse);

  emit_return(SECCOMP_RET_ALLOW);
}

void system_call_filter_write(int file) {
  length = 0;
  for (size_t i = 0; i < COUNT(tables); i++) {
    emit_load(offsetof(struct seccomp_data, arch));
    unsigned short jump = length;
    // Over the whole table when the call is of another architecture; a conditional jump alone reaches only 255
    // instructions.
    emit(BPF_JMP | BPF_JEQ | BPF_K, tables[i].architecture, 1, 0);
    emit(BPF_JMP | BPF_JA, 0, 0, 0);
    emit_table(&tables[i]);
    program[jump + 1].k = (uint32_t)(length - jump - 2);
  }
  emit_return(unknown);

  ssize_t size = (ssize_t)(length * sizeof *program);
  if (write(file, program, (size_t)size) != size || lseek(file, 0, SEEK_SET) != 0) {
    fail("container-failed", errno, "the system call filter cannot be handed on");
  }
}
