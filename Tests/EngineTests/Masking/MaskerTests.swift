import Model
import TestSupport
import Testing

@testable import Engine

@Suite struct MaskerTests {
  static let secret = "hunter2/ä\"q+ z\\é"

  enum Form: String, CaseIterable, Sendable {
    case plain, base64, base64URL, percent, percentLower, form, json, jsonSlash, hexLower, hexUpper

    func spell(_ text: String) -> String {
      let bytes = Array(text.utf8)
      switch self {
      case .plain: return text
      case .base64: return Self.base64(bytes, "+/")
      case .base64URL: return Self.base64(bytes, "-_").replacing("=", with: "")
      case .percent: return Self.percent(bytes, "0123456789ABCDEF", space: "%20")
      case .percentLower: return Self.percent(bytes, "0123456789abcdef", space: "%20")
      case .form: return Self.percent(bytes, "0123456789ABCDEF", space: "+")
      case .json: return String(Value.string(text).canonicalJSON.dropFirst().dropLast())
      case .jsonSlash: return Form.json.spell(text).replacing("/", with: "\\/")
      case .hexLower: return bytes.map { Self.hex($0, "0123456789abcdef") }.joined()
      case .hexUpper: return bytes.map { Self.hex($0, "0123456789ABCDEF") }.joined()
      }
    }

    static func base64(_ bytes: [UInt8], _ last: String) -> String {
      let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + last)
      var text = ""
      for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for place in 0..<4 { text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=") }
      }
      return text
    }

    private static func hex(_ byte: UInt8, _ digits: String) -> String {
      let digits = Array(digits)
      return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }

    private static func percent(_ bytes: [UInt8], _ digits: String, space: String) -> String {
      bytes.map { byte in
        let scalar = Character(Unicode.Scalar(byte))
        if byte == 0x20 { return space }
        return byte < 0x80 && (scalar.isLetter || scalar.isNumber || "-._~".contains(scalar))
          ? String(scalar) : "%" + hex(byte, digits)
      }.joined()
    }
  }

  private static func masked(_ chunks: [[UInt8]], _ masker: Masker) -> String {
    var stream = MaskingStream(masker)
    var output = chunks.flatMap { stream.mask($0[...]) }
    output += stream.finish()
    return String(decoding: output, as: UTF8.self)
  }

  @Test(arguments: Form.allCases)
  func `every form is masked, wherever the output is cut in two`(_ form: Form) {
    let masker = Masker()
    masker.add(Self.secret)
    let spelt = form.spell(Self.secret)
    let bytes = Array("before \(spelt) after".utf8)
    for cut in 0...bytes.count {
      let output = Self.masked([Array(bytes[..<cut]), Array(bytes[cut...])], masker)
      #expect(output.hasPrefix("before \(Masker.mask)") && output.hasSuffix(" after"), "\(cut): \(output)")
      // Of base64, the last character may also hold bits of what follows.
      #expect(output.utf8.count <= "before \(Masker.mask) after".utf8.count + 4)
    }
    #expect(Self.masked(bytes.map { [$0] }, masker) == Self.masked([bytes], masker))
  }

  @Test(arguments: Form.allCases)
  func `every line of a secret of several lines is masked in every form`(_ form: Form) {
    let lines = ["-----BEGIN KEY-----", "  c2VjcmV0IGxpbmUgb25l", "YW5vdGhlciBzZWNyZXQ=", "-----END KEY-----"]
    let masker = Masker()
    masker.add(lines.joined(separator: "\n") + "\n")
    for line in lines.map({ $0.trimmingPrefix(while: \.isWhitespace) }) {
      let spelt = form.spell(String(line))
      for cut in 0...spelt.utf8.count {
        let bytes = Array(spelt.utf8)
        let output = Self.masked([Array(bytes[..<cut]), Array(bytes[cut...])], masker)
        #expect(output.hasPrefix(Masker.mask), "\(cut): \(output)")
      }
    }
  }

  @Test(arguments: 0..<3)
  func `base64 of a longer text that the secret stands in is masked`(_ shift: Int) {
    let masker = Masker()
    masker.add("correct horse battery")
    let text = String(repeating: "x", count: shift) + "correct horse battery" + "yy"
    let output = masker.mask(Form.base64.spell(text))
    #expect(output.contains(Masker.mask))
    // What is left over belongs to the neighbours: up to a group of four before, and two groups behind.
    #expect(output.replacing(Masker.mask, with: "").count <= 12)
  }

  @Test func `base64 that is broken after 76 characters is masked line by line`() {
    let masker = Masker()
    let secret = String((0..<200).map { Character(Unicode.Scalar(UInt8(33 + $0 * 7 % 90))) })
    masker.add(secret)
    let encoded = Array(Form.base64.spell(secret + "\n"))
    let lines = stride(from: 0, to: encoded.count, by: 76).map { String(encoded[$0..<min($0 + 76, encoded.count)]) }
    let output = masker.mask(lines.joined(separator: "\n"))
    #expect(output.split(separator: "\n").allSatisfy { $0.hasPrefix(Masker.mask) && $0.count < 24 }, "\(output)")
  }

  @Test func `a secret that ends with a line break is masked without it`() {
    let masker = Masker()
    masker.add("token\n")
    masker.add("x1\n")
    #expect(masker.mask("a token.") == "a \(Masker.mask).")
    #expect(masker.mask("x1") == Masker.mask)
  }

  @Test func `ordinary text passes unchanged and at once`() {
    let masker = Masker()
    #expect(masker.mask("hello") == "hello")
    masker.add("secret")
    masker.add("")
    var stream = MaskingStream(masker)
    #expect(stream.mask(Array("hello world\n".utf8)[...]) == Array("hello world\n".utf8))
    #expect(stream.finish() == [])
    let bytes = (0...255).map { UInt8($0) }
    #expect(stream.mask(bytes[...]) + stream.finish() == bytes)
  }

  @Test func `only the beginning of a secret is held back, and let go when it is none`() {
    let masker = Masker()
    masker.add("secret")
    var stream = MaskingStream(masker)
    #expect(String(decoding: stream.mask(Array("a sec".utf8)[...]), as: UTF8.self) == "a ")
    #expect(String(decoding: stream.mask(Array("ond".utf8)[...]), as: UTF8.self) == "second")
    #expect(String(decoding: stream.mask(Array("secre".utf8)[...]), as: UTF8.self) == "")
    #expect(String(decoding: stream.finish(), as: UTF8.self) == "secre")
  }

  @Test func `secrets that overlap, contain or touch each other are all masked`() {
    let masker = Masker()
    for secret in ["abcdef", "defghi", "cde", "zzz"] { masker.add(secret) }
    #expect(masker.mask("1abcdefghi2") == "1\(Masker.mask)2")
    #expect(masker.mask("1cde2") == "1\(Masker.mask)2")
    #expect(masker.mask("abcde") == "ab\(Masker.mask)")
    #expect(masker.mask("zzzzzzz") == Masker.mask)
    #expect(masker.mask("abcdef zzz") == "\(Masker.mask) \(Masker.mask)")
    #expect(masker.mask("xdefghcde") == "xdefgh\(Masker.mask)")
  }

  @Test func `a secret of which nearly all came before still is found after a false start`() {
    let masker = Masker()
    masker.add("aabaab!")
    #expect(masker.mask("aabaabaab!") == "aab\(Masker.mask)")
    #expect(masker.mask("aaabaab!") == "a\(Masker.mask)")
  }

  @Test func `a secret that comes up in the middle of a stream is masked from then on`() {
    let masker = Masker()
    var stream = MaskingStream(masker)
    var output = stream.mask(Array("early late ".utf8)[...])
    masker.add("late")
    output += stream.mask(Array("late la".utf8)[...])
    masker.add("other")
    output += stream.mask(Array("te oth".utf8)[...])
    masker.add("third")
    output += stream.mask(Array("er third".utf8)[...]) + stream.finish()
    let mask = Masker.mask
    #expect(String(decoding: output, as: UTF8.self) == "early late \(mask) \(mask) \(mask) \(mask)")
  }

  @Test func `what is known to be secret stays so when another secret comes up`() {
    let masker = Masker()
    masker.add("abcXYZ")
    masker.add("XYZ123")
    var stream = MaskingStream(masker)
    // The first secret has ended; its last three bytes may still begin the second one.
    var output = stream.mask(Array("abcXYZ1".utf8)[...])
    masker.add("unrelated")
    output += stream.mask(Array("9".utf8)[...]) + stream.finish()
    #expect(String(decoding: output, as: UTF8.self) == "\(Masker.mask)19")
  }

  @Test func `short secrets are masked as they are and in no other form`() {
    let masker = Masker()
    masker.add("abc")
    #expect(masker.mask("abc") == Masker.mask)
    #expect(masker.mask("616263 YWJj") == "616263 YWJj")
  }

  @Test func `random secrets never leak in random chunks`() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<200 {
      // A small alphabet, so that beginnings and ends of secrets look alike.
      func word(_ length: Int) -> String {
        String((0..<length).map { _ in "abc".randomElement(using: &random) ?? "a" })
      }
      let secrets = (0..<3).map { _ in word(Int.random(in: 4...7, using: &random)) }
      let masker = Masker()
      secrets.forEach(masker.add)
      let text = word(400)
      var chunks: [[UInt8]] = []
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        chunks.append(Array(rest.prefix(Int.random(in: 1...9, using: &random))))
        rest = rest.dropFirst(chunks.last?.count ?? 1)
      }
      let output = Self.masked(chunks, masker)
      for piece in output.replacing(Masker.mask, with: "|").split(separator: "|") {
        for secret in secrets { #expect(!piece.contains(secret)) }
      }
      #expect(output == masker.mask(text))
    }
  }

  @Test func `a secret of some kilobytes takes little memory`() {
    var random = SeededGenerator(seed: 1)
    let secret = (0..<40).map { _ in
      String((0..<64).map { _ in Character(Unicode.Scalar(UInt8.random(in: 48...122, using: &random))) })
    }.joined(separator: "\n")
    let forms = SecretForms.all(of: secret)
    let automaton = MaskingAutomaton(forms)
    // One state for each byte of a form at most, and no table for any of them.
    #expect(automaton.depth.count <= forms.reduce(1) { $0 + $1.count })
    let masker = Masker()
    masker.add(secret)
    #expect(masker.mask("<" + secret + ">") == "<\(Masker.mask)>")
  }
}
