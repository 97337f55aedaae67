/// The values of `--mount` and `--device`: one record of comma-separated values, in which a field may be quoted.
enum CommaSeparatedFields {
  /// Nil for a quote that is not closed or stands inside a field.
  static func split(_ text: String) -> [String]? {
    var fields: [String] = []
    var rest = text.unicodeScalars[...]
    while true {
      var field = String.UnicodeScalarView()
      if rest.first == "\"" {
        rest.removeFirst()
        while true {
          guard let scalar = rest.popFirst() else { return nil }
          if scalar != "\"" {
            field.append(scalar)
          } else if rest.first == "\"" {
            rest.removeFirst()
            field.append("\"")
          } else {
            break
          }
        }
      } else {
        while let scalar = rest.first, scalar != "," {
          if scalar == "\"" { return nil }
          field.append(scalar)
          rest.removeFirst()
        }
      }
      fields.append(String(field))
      guard let separator = rest.popFirst() else { return fields }
      guard separator == "," else { return nil }
    }
  }
}
