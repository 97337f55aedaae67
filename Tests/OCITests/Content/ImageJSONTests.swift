import Model
import OCI
import Testing

struct ImageJSONTests {
  @Test func `a manifest keeps its value and its bytes`() throws {
    let layer = Descriptor(
      mediaType: .ociLayerGzip, digest: Digest(of: [1]), size: 5, annotations: ["b": "2", "a": "1"])
    let config = Descriptor(mediaType: .ociConfiguration, digest: Digest(of: [2]), size: 7)
    let manifest = ImageManifest(config: config, layers: [layer])
    let bytes = manifest.encoded()
    #expect(try ImageManifest(decoding: bytes) == manifest)
    #expect(bytes == manifest.encoded())
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains(#""mediaType":"application/vnd.oci.image.manifest.v1+json""#))
    #expect(!text.contains("null"))
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"schemaVersion":2}"#, #"{"schemaVersion":1,"config":{},"layers":[]}"#,
    #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#,
    #"{"schemaVersion":2,"config":{"mediaType":"x","digest":"sha256:12","size":1},"layers":[]}"#,
  ])
  func `what is no manifest is refused with an error`(text: String) {
    #expect(throws: OCIError.self) { try ImageManifest(decoding: Array(text.utf8)) }
  }

  @Test func `Docker's configurations are read, with their nulls and unknown keys`() throws {
    let text = #"""
      {"architecture":"amd64","config":{"Hostname":"","User":"","ExposedPorts":{"80/tcp":{},"53/udp":{}},"AttachStdin":false,
      "Env":["PATH=/bin"],"Cmd":null,"Image":"sha256:x","Volumes":{"/data":{}},"WorkingDir":"","Entrypoint":["/a"],"OnBuild":null,
      "Labels":null,"Healthcheck":{"Test":["CMD-SHELL","true"],"Interval":5000000000,"Retries":3}},"container":"abc",
      "container_config":{"Cmd":["/bin/sh"]},"created":"2020-01-01T00:00:00.123Z","docker_version":"18.09",
      "history":[{"created":"2020-01-01T00:00:00Z","created_by":"/bin/sh -c #(nop) CMD","empty_layer":true}],"os":"linux",
      "rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]}}
      """#
    let configuration = try ImageConfiguration(decoding: Array(text.utf8))
    #expect(configuration.platform == Platform(os: "linux", architecture: "amd64"))
    #expect(configuration.config.exposedPorts == ["53/udp", "80/tcp"])
    #expect(configuration.config.volumes == ["/data"])
    #expect(configuration.config.entrypoint == ["/a"])
    #expect(configuration.config.cmd == nil)
    #expect(configuration.config.healthcheck?.interval == 5_000_000_000)
    #expect(configuration.rootfs.diffIDs == [Digest(of: [UInt8]())])
    #expect(configuration.history.first?.emptyLayer == true)
    let again = try ImageConfiguration(decoding: configuration.encoded())
    #expect(again == configuration)
    #expect(!String(decoding: configuration.encoded(), as: UTF8.self).contains("null"))
  }

  @Test func `a configuration with nothing in it has only what it must have`() {
    let configuration = ImageConfiguration(platform: Platform(os: "linux", architecture: "amd64"))
    #expect(
      String(decoding: configuration.encoded(), as: UTF8.self)
        == #"{"architecture":"amd64","config":{},"os":"linux","rootfs":{"diff_ids":[],"type":"layers"}}"#)
  }

  @Test(arguments: [
    ("linux/amd64", "linux/amd64"), ("linux/arm64/v8", "linux/arm64"), ("linux/arm", "linux/arm/v7"),
    ("linux/arm/v6", "linux/arm/v6"), ("Linux/x86_64", "linux/amd64"), ("arm64", "linux/arm64"),
    ("linux/aarch64", "linux/arm64"),
  ])
  func `platforms have one spelling`(text: String, expected: String) throws {
    #expect(try Platform(parsing: text).description == expected)
  }

  @Test(arguments: ["", "/", "linux/", "linux/amd64/v1/x", "lin ux/amd64", "linux//v7"])
  func `what is no platform is refused`(text: String) {
    #expect(throws: Platform.ParseError.malformed(text)) { try Platform(parsing: text) }
  }

  @Test func `an index gives the manifest of a platform`() throws {
    let make = { (byte: UInt8, platform: String) in
      Descriptor(
        mediaType: .ociManifest, digest: Digest(of: [byte]), size: 1, platform: try Platform(parsing: platform))
    }
    let index = ImageIndex(manifests: [try make(1, "linux/arm64/v8"), try make(2, "linux/amd64")])
    #expect(index.manifest(for: try Platform(parsing: "linux/arm64"))?.digest == Digest(of: [1]))
    #expect(index.manifest(for: try Platform(parsing: "linux/amd64"))?.digest == Digest(of: [2]))
    #expect(index.manifest(for: try Platform(parsing: "linux/386")) == nil)
  }
}
