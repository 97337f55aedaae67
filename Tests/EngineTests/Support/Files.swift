import Glibc
import OCI
import SystemPackage
import TestSupport

func link(_ path: FilePath, to target: FilePath) throws {
  let result = path.withPlatformString { at in target.withPlatformString { symlink($0, at) } }
  guard result == 0 else { throw Errno(rawValue: errno) }
}

/// The target byte for byte: a path would tidy it up.
func link(_ path: FilePath, to target: String) throws {
  guard path.withPlatformString({ symlink(target, $0) }) == 0 else { throw Errno(rawValue: errno) }
}

func makeDirectory(_ path: FilePath) throws { try path.createDirectories() }

func setMode(_ mode: mode_t, of path: FilePath) throws {
  guard path.withPlatformString({ chmod($0, mode) }) == 0 else { throw Errno(rawValue: errno) }
}

func makePipe(_ path: FilePath) throws {
  guard path.withPlatformString({ mkfifo($0, 0o644) }) == 0 else { throw Errno(rawValue: errno) }
}

func exists(_ path: FilePath) -> Bool { (try? FileStatus(of: path)) != nil }

/// A name made of the bytes.
func name(_ bytes: [UInt8]) -> FilePath {
  FilePath(platformString: bytes.map { CChar(bitPattern: $0) } + [0])
}

let isRoot = geteuid() == 0
