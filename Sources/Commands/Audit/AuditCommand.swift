import ArgumentParser

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Ask the ledger what happened, and whether it was altered.",
    subcommands: [],
    groupedSubcommands: [
      CommandGroup(
        name: "Questions:",
        subcommands: [
          AuditTraceCommand.self, AuditLogCommand.self, AuditImagesCommand.self, AuditWhoPushedCommand.self,
          AuditFindingsCommand.self, AuditSQLCommand.self,
        ]),
      CommandGroup(
        name: "Evidence:",
        subcommands: [
          AuditVerifyCommand.self, AuditHeadCommand.self, AuditKeyCommand.self, AuditExportCommand.self,
        ]),
    ])
}
