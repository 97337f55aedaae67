/// Every rule that a pipeline is put to.
package enum RuleSet {
  package static let rules: [any Rule.Type] = [
    MaxConcurrencyRule.self,
    EarlyExitRule.self,

    UnknownStepReferenceRule.self,
    UnknownStageReferenceRule.self,
    UnknownVariableRule.self,
    UnknownOutputRule.self,
    LaterOutputRule.self,
    UnknownMatrixAxisRule.self,

    NoPushAndPushOnlyRule.self,
    PushOnlyWithoutSourceRule.self,
    NotABooleanRule.self,
    DryRunOnKanikoRule.self,
    DryRunBelowStageRule.self,
    AliasOrderRule.self,
    IgnoredArchiveSettingRule.self,
    ArchiveAndPushRule.self,
    MissingSourceRule.self,
    PushOnlyOnGCRRule.self,
    LatestTagRule.self,
    CacheWithoutRepositoryRule.self,

    OtherArchiveScannedRule.self,
    PushWithoutScanRule.self,
    ScanMayFailRule.self,
    ScanWithoutThresholdRule.self,
    ArchiveRewrittenRule.self,
    PushBeforeScanRule.self,
    ScanMayBeSkippedRule.self,

    PlaintextCredentialRule.self,
    UnneededPrivilegeRule.self,
    MovingImageRule.self,
  ]
}
