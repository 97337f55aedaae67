/// `RUN --device=NAME[,required]` before its variables are expanded.
package struct DeviceRequest: Hashable, Sendable {
  /// A word to expand.
  package let name: String
  package let isRequired: Bool

  init(_ text: String) throws(SyntaxMistake) {
    guard let fields = CommaSeparatedFields.split(text) else {
      throw SyntaxMistake(
        .invalidFlag, "the quotes of the device \(text) do not match", help: "check its quotes", underline: text)
    }
    var name: String?
    var isRequired = false
    for field in fields {
      let (key, value) = field.cut(at: "=").map { ($0.before.lowercased(), Optional($0.after)) } ?? (field, nil)
      switch (key, value) {
      case ("name", let value?): name = value
      case ("required", nil), ("required", "true"): isRequired = true
      case ("required", "false"): isRequired = false
      // The name itself may contain an equals sign: vendor.com/gpu=all.
      case _ where name == nil: name = field
      default:
        throw SyntaxMistake(
          .invalidFlag, "unknown device option \(field)", help: "write --device=NAME,required",
          underline: field)
      }
    }
    guard let name, !name.isEmpty else {
      throw SyntaxMistake(.invalidFlag, "a device needs a name", help: "write --device=NAME", underline: "--device")
    }
    self.name = name
    self.isRequired = isRequired
  }
}
