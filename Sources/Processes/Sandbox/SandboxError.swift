/// Why a process could not be started in a sandbox, or why nothing is known of its end.
package struct SandboxError: Error, CustomStringConvertible {
  package enum Code: String, Sendable, CaseIterable {
    /// The program `slipway-sandbox` does not lie where it should, or cannot be started.
    case helperMissing
    /// `slipway-sandbox` ended without a word about the process.
    case helperFailed
    /// What was asked for makes no sense: a path that is not absolute, a NUL byte in an argument.
    case invalidRequest
    /// The kernel gives no namespaces.
    case namespaceRefused
    /// A mount, or the place for one, could not be made.
    case mountRefused
    case programNotFound
    /// The program exists, but is not executable, or its interpreter or loader does not exist.
    case programNotExecutable
    case workingDirectoryRefused
    /// The process cannot run as the user or in the groups that were asked for.
    case userRefused
    /// The program `bwrap` does not lie where it should, or cannot be started.
    case bubblewrapMissing
    /// Bubblewrap could not make the container.
    case containerFailed
    /// The kernel would not take a limit of memory or processor time.
    case limitRefused
  }

  package let code: Code
  /// What happened and, where there is one, a way out.
  package let message: String
  package let cause: (any Error)?

  package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  package var description: String { message }
}

extension SandboxError.Code {
  /// The helper's word for the code.
  init?(helperKind kind: some StringProtocol) {
    switch kind {
    case "invalid-request": self = .invalidRequest
    case "namespace-refused": self = .namespaceRefused
    case "mount-refused": self = .mountRefused
    case "program-not-found": self = .programNotFound
    case "program-not-executable": self = .programNotExecutable
    case "working-directory-refused": self = .workingDirectoryRefused
    case "user-refused": self = .userRefused
    case "limit-refused": self = .limitRefused
    case "bubblewrap-missing": self = .bubblewrapMissing
    case "container-failed": self = .containerFailed
    default: return nil
    }
  }

  /// What its user can do about it, or nil where the message says all there is to say.
  var wayOut: String? {
    switch self {
    case .helperMissing: "slipway-sandbox is installed beside slipway; install both."
    case .bubblewrapMissing: "Install it: apt-get install bubblewrap"
    case .namespaceRefused, .mountRefused, .containerFailed, .limitRefused:
      "`slipway doctor` tells what this machine allows."
    case .userRefused: "As an ordinary user, more users than one need entries in /etc/subuid and /etc/subgid."
    case .helperFailed, .invalidRequest, .programNotFound, .programNotExecutable, .workingDirectoryRefused: nil
    }
  }
}
