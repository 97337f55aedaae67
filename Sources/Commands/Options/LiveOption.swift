import ArgumentParser

struct LiveOption: ParsableArguments {
  @Flag(
    help: """
      Push to the real registries, with the credentials of the steps' connectors. Without it nothing leaves this machine: images go \
      to the embedded registry.
      """)
  var live = false
}
