// swift-tools-version: 6.2
import PackageDescription

// One section for each target and its tests, in the order of the rooms: a target depends only on targets above it here.
// Dependencies are listed on separate lines.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "slipway",
  products: [
    .executable(name: "slipway", targets: ["slipway"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // MARK: System libraries
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CEpoll"),
    .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

    // MARK: Nouns
    .target(
      name: "Model",
      swiftSettings: strict
    ),
    .testTarget(
      name: "ModelTests",
      dependencies: ["Model"],
      swiftSettings: strict
    ),

    // MARK: Pure formats
    .target(
      name: "Expressions",
      dependencies: ["Model"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ExpressionsTests",
      dependencies: ["Expressions", "Model"],
      swiftSettings: strict
    ),
    .target(
      name: "DockerfileSyntax",
      dependencies: ["Model", systemPackage],
      swiftSettings: strict
    ),
    .testTarget(
      name: "DockerfileSyntaxTests",
      dependencies: ["DockerfileSyntax", "Model", "TestSupport", systemPackage],
      swiftSettings: strict
    ),
    .target(
      name: "OCI",
      dependencies: [
        "CArchive",
        "CISAL",
        "Model",
        .product(name: "Crypto", package: "swift-crypto"),
        systemPackage,
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "OCITests",
      dependencies: ["Model", "OCI", "TestSupport", systemPackage],
      swiftSettings: strict
    ),

    .target(
      name: "Attestation",
      dependencies: [
        "Model",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "AttestationTests",
      dependencies: ["Attestation", "Model"],
      swiftSettings: strict
    ),

    // MARK: Rules
    .target(
      name: "Engine",
      dependencies: ["Expressions", "Model", "OCI", systemPackage],
      swiftSettings: strict
    ),
    .testTarget(
      name: "EngineTests",
      dependencies: ["Engine", "Expressions", "Model", "OCI", "TestSupport", systemPackage],
      swiftSettings: strict
    ),

    // MARK: Adapters: no arrow between two of them
    .target(
      name: "PipelineFile",
      dependencies: ["CYAML", "Engine", "Expressions", "Model", systemPackage],
      swiftSettings: strict
    ),
    .testTarget(
      name: "PipelineFileTests",
      dependencies: ["Engine", "Model", "PipelineFile", "TestSupport", systemPackage],
      exclude: ["Fixtures"],
      swiftSettings: strict
    ),
    .target(
      name: "Ledger",
      dependencies: [
        "Attestation",
        "Engine",
        "Model",
        "OCI",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        systemPackage,
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "LedgerTests",
      dependencies: ["Attestation", "Engine", "Ledger", "Model", "OCI", "TestSupport", systemPackage],
      exclude: ["Fixtures"],
      swiftSettings: strict
    ),
    .target(
      name: "ImageBuilding",
      dependencies: ["DockerfileSyntax", "Engine", "Model", "OCI", systemPackage],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ImageBuildingTests",
      dependencies: [
        "DockerfileSyntax",
        "Engine",
        "ImageBuilding",
        "Model",
        "OCI",
        "Processes",
        "TestSupport",
        "slipway-sandbox",
        systemPackage,
      ],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "slipway-sandbox",
      cSettings: [.treatAllWarnings(as: .error)],
      // It is run inside images that have no C library, and must not wait for Swift's libraries to be loaded.
      linkerSettings: [.unsafeFlags(["-nostartfiles", "-static-executable"])]
    ),
    .target(
      name: "Processes",
      dependencies: [
        "CEpoll",
        "Engine",
        "Model",
        .product(name: "Subprocess", package: "swift-subprocess"),
        systemPackage,
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ProcessesTests",
      dependencies: ["Engine", "Model", "Processes", "TestSupport", "slipway-sandbox", systemPackage],
      swiftSettings: strict
    ),
    .target(
      name: "RegistryClient",
      dependencies: [
        "Engine",
        "Model",
        "OCI",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        systemPackage,
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "RegistryClientTests",
      dependencies: [
        "Engine",
        "Model",
        "OCI",
        "RegistryClient",
        "RegistryServer",
        "TestSupport",
        systemPackage,
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "RegistryServer",
      dependencies: [
        "Model",
        "OCI",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        systemPackage,
      ],
      swiftSettings: strict
    ),
    .testTarget(
      name: "RegistryServerTests",
      dependencies: [
        "Model",
        "OCI",
        "RegistryServer",
        "TestSupport",
        systemPackage,
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict
    ),
    .target(
      name: "CAdvisories",
      exclude: ["advisories.pack"]
    ),
    .target(
      name: "Scanning",
      dependencies: ["CAdvisories", "CArchive", "Engine", "Model", "OCI", systemPackage],
      swiftSettings: strict
    ),
    .testTarget(
      name: "ScanningTests",
      dependencies: ["Engine", "Model", "OCI", "Scanning", "TestSupport", systemPackage],
      swiftSettings: strict
    ),

    // MARK: Composition
    .target(
      name: "Commands",
      dependencies: [
        "Attestation",
        "DockerfileSyntax",
        "Engine",
        "Expressions",
        "ImageBuilding",
        "Ledger",
        "Model",
        "OCI",
        "PipelineFile",
        "Processes",
        "RegistryClient",
        "RegistryServer",
        "Scanning",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        systemPackage,
      ],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "slipway",
      dependencies: ["Commands"],
      swiftSettings: strict
    ),
    .testTarget(
      name: "CommandsTests",
      dependencies: [
        "Commands",
        "DockerfileSyntax",
        "Engine",
        "Expressions",
        "Ledger",
        "Model",
        "OCI",
        "PipelineFile",
        "Processes",
        "TestSupport",
        "slipway",
        "slipway-sandbox",
        systemPackage,
      ],
      exclude: ["Diagnostics/Golden", "Plan/Golden"],
      swiftSettings: strict
    ),
    .executableTarget(
      name: "Benchmarks",
      dependencies: ["Engine", "Ledger", "Model", "OCI", "TestSupport", systemPackage],
      path: "Tests/Benchmarks",
      swiftSettings: strict
    ),
    .target(
      name: "TestSupport",
      dependencies: ["Engine", "Model", "OCI", systemPackage],
      swiftSettings: strict
    ),
  ]
)

// The fuzzers need every module built with a sanitizer, so that they are there only for Tests/Fuzzing/fuzz.
if Context.environment["SLIPWAY_FUZZ"] != nil {
  package.targets += [
    .executableTarget(
      name: "FuzzExpressions",
      dependencies: ["Expressions", "Model"],
      path: "Tests/Fuzzing/Expressions",
      exclude: ["Seeds", "words.dict"],
      swiftSettings: strict,
      linkerSettings: [.unsafeFlags(["-use-ld=lld", "-sanitize=fuzzer"])]
    ),
    .executableTarget(
      name: "FuzzPipelines",
      dependencies: ["Engine", "Model", "PipelineFile"],
      path: "Tests/Fuzzing/Pipelines",
      exclude: ["Seeds", "words.dict"],
      swiftSettings: strict,
      linkerSettings: [.unsafeFlags(["-use-ld=lld", "-sanitize=fuzzer"])]
    ),
  ]
}
