/// The character that continues lines and takes the meaning from the next character: `# escape=` chooses it.
package enum EscapeToken: Unicode.Scalar, Hashable, Sendable {
  case backslash = "\\"
  case backtick = "`"
}
