import ArgumentParser

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Ask the ledger what happened, and whether it was altered.",
    subcommands: [AuditTraceCommand.self, AuditLogCommand.self, AuditVerifyCommand.self, AuditHeadCommand.self])
}
