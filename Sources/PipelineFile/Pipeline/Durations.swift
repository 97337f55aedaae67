import Model

extension Fields {
  /// A duration such as `10s` or `1h 30m`, or an expression that comes to one.
  func duration(_ key: String) -> Text? {
    guard let text = text(key) else { return nil }
    return text.hasExpressions || seconds(text, called: key) != nil ? text : nil
  }

  /// A duration that has to be known when the file is read.
  func seconds(_ text: Text, called key: String) -> Seconds? {
    if text.hasExpressions {
      problems.leaveOpen(OpenValue(owner: owner, key: key, text: text))
      return nil
    }
    do {
      let seconds = try Seconds(parsing: text.raw)
      // Harness's schema asks for two digits before 's' where seconds stand alone.
      if seconds < Seconds(10) {
        problems.report(
          .invalidDuration, .warning, "\(owner): '\(key)' is \(text.raw), and Harness takes no less than 10s",
          at: text.span,
          help: "write '10s' or more")
      }
      return seconds
    } catch {
      problems.report(
        .invalidDuration, "\(owner): \(Excerpt.quoted(text.raw)) is no duration", at: text.span,
        notes: ["a duration is a number with one of the units s, m, h, d and w, or several: '30s', '10m', '1h 30m'"],
        help: Int(text.raw).map { "did you mean '\($0)s'?" })
      return nil
    }
  }
}
