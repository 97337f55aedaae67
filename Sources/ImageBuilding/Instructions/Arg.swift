import DockerfileSyntax

extension StageBuilder {
  /// ARG: the value from outside, else the default, else that of an ARG above the first FROM or of the platform.
  func arg(_ argument: ArgInstruction, _ instruction: Instruction) throws {
    for declaration in argument.declarations {
      let name = try expand(declaration.name, instruction)
      let defaultValue = try declaration.defaultValue.map { try expand($0, instruction) }
      var value = build.globals.given[name] ?? defaultValue ?? build.globals.value(of: name)
      if value == nil, name == "SOURCE_DATE_EPOCH" { value = String(build.sourceDate) }
      state.variables.declare(name, value: value)
    }
  }
}
