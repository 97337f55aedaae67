package import SystemPackage

/// The checkout that these tests were built from.
package enum Repository {
  package static let root: FilePath = {
    // This file is Sources/TestSupport/Repository.swift.
    FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
  }()
}
