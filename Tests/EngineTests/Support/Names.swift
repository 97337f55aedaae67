import SystemPackage

// Without OCI, whose directory listing has the same name.
@testable import Engine

/// The names in a directory as the engine lists them.
func names(in directory: FilePath) throws -> [[UInt8]] {
  try DirectoryListing.names(in: directory).map { FilePath(root: nil, [$0]).bytes }
}
