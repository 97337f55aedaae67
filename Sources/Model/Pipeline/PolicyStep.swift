/// `type: Policy`: judges a document by sets of Open Policy Agent rules that live on Harness's servers.
package struct PolicyStep: Hashable, Sendable {
  package let policySets: [Text]
  package let kind: Text?
  /// `policySpec.payload`: the JSON that is judged.
  package let payload: Text?

  package init(policySets: [Text], kind: Text? = nil, payload: Text? = nil) {
    self.policySets = policySets
    self.kind = kind
    self.payload = payload
  }
}
