import Engine
import Model

extension PlanOutline {
  /// What `plan --json` prints.
  var document: Value {
    [
      "pipeline": .string(pipeline.identifier.description), "name": .string(pipeline.name),
      "nodes": .list(entries.map(\.document)),
    ]
  }
}

extension PlanOutline.Entry {
  fileprivate var document: Value {
    var fields: [String: Value] = [
      "kind": .string(kind.rawValue), "children": .list(children.map(\.document)),
    ]
    if kind != .parallel {
      fields["path"] = .string(path.description)
      fields["name"] = .string(name)
    }
    if !type.isEmpty { fields["type"] = .string(type) }
    if let infrastructure { fields["infrastructure"] = .string(infrastructure.word) }
    if let when {
      fields["when"] = ["status": .string(when.status.rawValue), "condition": Value(when.condition?.raw)]
    }
    if let strategy { fields["strategy"] = .string(PlanView.sentence(strategy)) }
    if kind != .parallel { fields["runsHere"] = .bool(obstacle == nil) }
    if let obstacle { fields["obstacle"] = .string(obstacle) }
    if let difference { fields["difference"] = .string(difference) }
    if let image { fields["image"] = .string(image) }
    if let build { fields["build"] = build.document }
    if let ownBuild { fields["buildOnOwnInfrastructure"] = ownBuild.document }
    return .map(fields)
  }
}

extension BuildForecast {
  fileprivate var document: Value {
    [
      "tool": .string(tool.rawValue), "reason": .string(reason), "plugin": .string(plugin),
      "outcome": .string(outcome), "images": .list(images.map(Value.string)),
      "warnings": .list(warnings.map(Value.string)),
      "settings": .list(
        settings.map { setting in
          [
            "name": .string(setting.name), "value": .string(setting.value), "origin": .string(setting.origin.rawValue),
            "effect": .string(setting.effect), "isEffective": .bool(setting.isEffective),
            "difference": Value(setting.difference),
          ]
        }),
    ]
  }
}
