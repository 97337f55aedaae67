/// What is to be checked out of a repository: `build:` of a codebase or of a GitClone step.
package enum Checkout: Hashable, Sendable {
  case branch(Text)
  case tag(Text)
  /// The number of a pull request.
  case pullRequest(Text)
  case commit(Text)
  /// `build: <+input>`, or an expression for the kind of build.
  case open(Text)
}

/// How a repository is cloned: what a codebase and a GitClone step have in common.
package struct CloneSettings: Hashable, Sendable {
  package enum PullRequestStrategy: String, Hashable, Sendable, CaseIterable {
    case mergeCommit = "MergeCommit"
    case sourceBranch = "SourceBranch"
  }

  package enum Submodules: String, Hashable, Sendable, CaseIterable {
    case yes = "true"
    case no = "false"
    case recursive
  }

  package var connector: Text?
  package var repositoryName: Text?
  package var checkout: Checkout?
  /// How many commits; 0 is all of them. Harness takes 50 for a manual build when the file says nothing.
  package var depth: Text?
  package var verifiesTLS: Text?
  package var pullRequestStrategy: FieldValue<PullRequestStrategy>?
  package var fetchesLargeFiles: Text?
  package var isVerbose: Text?
  package var fetchesTags: Text?
  package var sparseCheckout: [Text] = []
  package var submodules: FieldValue<Submodules>?
  package var directory: Text?
  package var preFetchCommand: Text?
  package var persistsCredentials: Text?
  package var resources: ContainerResources?

  package init() {}
}

/// `type: GitClone`.
package struct GitCloneStep: Hashable, Sendable {
  package var clone: CloneSettings
  package var projectName: Text?
  package var isPrivileged: Text?
  package var runAsUser: Text?
  package var baseImageConnectors: [Text] = []
  /// Files whose contents become outputs.
  package var outputFilePaths: [Text] = []

  package init(clone: CloneSettings) { self.clone = clone }
}
