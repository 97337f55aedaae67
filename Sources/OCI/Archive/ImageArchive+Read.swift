package import SystemPackage

extension ImageArchive {
  /// Reads an archive of one image into a blob store: the layout that ``write(_:references:from:to:)`` makes, an OCI image layout,
  /// or a docker-archive as kaniko, crane, skopeo and `docker save` write it.
  ///
  /// Layers keep their bytes, except those that a docker-archive holds uncompressed: they are compressed. Where a docker-archive has
  /// no manifest, one of Docker's schema 2 is made. Nothing that does not belong to the image stays in the store.
  /// - Throws: ``OCIError`` that names the member: `.unsupported` for a directory, an outer compression or several images;
  ///   `.corrupt` for a truncated archive; `.notFound` for a missing member; `.digestMismatch` for content that is not what its
  ///   name or the configuration says.
  package static func read(from path: FilePath, into store: BlobStore) throws -> Contents {
    let status: FileStatus
    do {
      status = try FileStatus(of: path, followingLinks: true)
    } catch {
      throw OCIError(error, "open the image archive “\(path)”")
    }
    guard status.kind != .directory else {
      throw OCIError(.unsupported, "“\(path)” is a directory; an image archive is a tar file")
    }
    guard try Compression(of: path) == .none else {
      throw OCIError(
        .unsupported, "“\(path)” is compressed as a whole; decompress it (gunzip) to get the image archive")
    }
    let members = try ArchiveMembers(reading: path, into: store)
    let (image, references) = try members.resolveImage()
    return Contents(
      archiveDigest: members.archiveDigest, archiveSize: members.archiveSize, image: image, references: references)
  }
}
