/// Runs `body` for each item, for at most `limit` of them at the same time. The first error cancels the others.
func forEach<Item: Sendable>(
  _ items: [Item], atMost limit: Int, _ body: @escaping @Sendable (Item) async throws -> Void
) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    var rest = items[...]
    for item in rest.prefix(max(1, limit)) { group.addTask { try await body(item) } }
    rest = rest.dropFirst(max(1, limit))
    while try await group.next() != nil {
      if let item = rest.popFirst() { group.addTask { try await body(item) } }
    }
  }
}
