import Model

/// Every item of `stages:` and `steps:` wraps one thing: the key says what it is.
extension PipelineParser {
  /// The one of `keys` that the item has.
  ///
  /// - Parameter wrapper: the key that is missing when the item is the thing itself, without its wrapping.
  func onlyKey(of item: Fields, among keys: [String], wrapper: String) -> String? {
    let found = keys.filter(item.has)
    if found.count == 1 {
      item.checkKeys(keys)
      return found[0]
    }
    if found.count > 1 {
      problems.report(
        .invalidItem, "\(item.owner) has both '\(found[0])' and '\(found[1])'", at: item.place(of: found[1]),
        labels: [Diagnostic.Label(span: item.place(of: found[0]), text: "the other one")],
        help: "make two items of it, each with its own '-'")
    } else if let empty = keys.first(where: { item.mapping[$0] != nil }) {
      problems.report(
        .invalidItem, "\(item.owner): '\(empty)' is empty", at: item.place(of: empty),
        help: "indent what belongs to it by two more spaces")
    } else if item.has("identifier") || item.has("type") {
      problems.report(
        .invalidItem, "\(item.owner) lacks the key '\(wrapper)'", at: item.place,
        help: "write '- \(wrapper):' and put these keys under it")
    } else {
      let suggestion = item.mapping.entries.lazy.compactMap { Excerpt.suggestion(for: $0.key.text, among: keys) }.first
      problems.report(
        .invalidItem,
        "\(item.owner) \(keys.count == 1 ? "lacks the key" : "is none of") \(Excerpt.alternatives(keys))",
        at: item.place,
        help: suggestion)
    }
    return nil
  }

  func reportEmpty(_ key: String, _ fields: Fields) {
    problems.report(
      .emptyList, "\(fields.owner): '\(key)' is empty", at: fields.place(of: key), help: "give it at least one item")
  }

  /// `insert:` only has a meaning within templates.
  func reportInsert(_ item: Fields) {
    problems.report(
      .templatePlaceholder,
      "\(item.owner) is a placeholder ('insert'), which only a template can hold",
      at: item.place(of: "insert"), help: "put steps or stages in its place")
  }
}

extension Fields {
  /// The same fields, called by the identifier or else the name of the stage, group or step that they describe.
  func named(_ what: String) -> Fields {
    let name = [mapping["identifier"], mapping["name"]].lazy.compactMap { node -> String? in
      if case .scalar(let scalar)? = node, !scalar.text.isEmpty { scalar.text } else { nil }
    }.first
    let owner = name.map { "\(what) \(Excerpt.quoted($0))" } ?? "a \(what) without a name"
    return Fields(mapping: mapping, key: key, owner: owner, place: place, problems: problems)
  }
}
