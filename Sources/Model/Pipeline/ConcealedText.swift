/// A secret's value: it prints as dots, so that no log line and no error message can show it by accident.
package struct ConcealedText: Hashable, Sendable {
  /// The value itself, for the one place that needs it.
  package let revealed: String

  package init(_ revealed: String) { self.revealed = revealed }
}

extension ConcealedText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "••••" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
