import DockerfileSyntax
import Engine
import Model

/// Which stages the target needs. Others are never looked at: their mistakes do not show.
struct StagePlan {
  let target: Int
  /// In the order of the file.
  let needed: [Int]

  /// - Throws: ``ImageBuildError`` for a target that does not exist.
  init(_ dockerfile: Dockerfile, target name: String?, globals: [String: String]) throws {
    target = try Self.index(of: name, in: dockerfile)
    var needed: Set<Int> = [target]
    var pending = [target]
    while let index = pending.popLast() {
      for dependency in Self.dependencies(of: index, in: dockerfile, globals: globals)
      where needed.insert(dependency).inserted {
        pending.append(dependency)
      }
    }
    self.needed = needed.sorted()
  }

  static func index(of target: String?, in dockerfile: Dockerfile) throws -> Int {
    guard let target, !target.isEmpty else { return dockerfile.stages.count - 1 }
    if let index = dockerfile.stages.lastIndex(where: { $0.name == target.lowercased() }) { return index }
    if let index = Int(target), dockerfile.stages.indices.contains(index) { return index }
    let names = dockerfile.stages.compactMap(\.name)
    let help =
      Spelling.nearest(to: target, among: names).map { "did you mean \($0)?" }
      ?? (names.isEmpty ? "no stage of the Dockerfile has a name" : "the stages are \(names.joined(separator: ", "))")
    throw ImageBuildError.mistake(
      .unknownTarget, "the Dockerfile has no stage \"\(target)\"", at: dockerfile.stages.last?.span, help: help)
  }

  /// The earlier stage that a name or an index means. The last of several with one name counts.
  static func stage(_ reference: String, before index: Int, in dockerfile: Dockerfile, allowsIndex: Bool = true) -> Int?
  {
    if let named = dockerfile.stages[..<index].lastIndex(where: { $0.name == reference.lowercased() }) { return named }
    if allowsIndex, let number = Int(reference), (0..<index).contains(number) { return number }
    return nil
  }

  private static func dependencies(of index: Int, in dockerfile: Dockerfile, globals: [String: String]) -> [Int] {
    let stage = dockerfile.stages[index]
    var found = [Int?]()
    // A base that cannot be expanded is reported when the stage is built.
    let base = try? WordExpansion(escape: dockerfile.directives.escape).word(stage.base, variables: globals)
    if let base { found.append(Self.stage(base, before: index, in: dockerfile, allowsIndex: false)) }
    for instruction in stage.instructions {
      switch instruction.action {
      case .copy(let copy):
        if let from = copy.from { found.append(Self.stage(from, before: index, in: dockerfile)) }
      case .run(let run):
        for mount in run.mounts {
          if let from = mount.from { found.append(Self.stage(from, before: index, in: dockerfile)) }
        }
      default: break
      }
    }
    return found.compactMap { $0 }
  }
}
