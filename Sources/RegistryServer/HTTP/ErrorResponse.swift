import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// The JSON of a refusal; see the OCI distribution specification, spec.md#error-codes.
struct ErrorResponse: Encodable {
  struct Item: Encodable {
    var code: String
    var message: String
  }

  var errors: [Item]
}

extension RegistryServerError.Code {
  /// The status and the code that the specification gives the refusal.
  var answer: (status: HTTPResponse.Status, code: String) {
    switch self {
    case .blobUnknown: (.notFound, "BLOB_UNKNOWN")
    case .blobUploadInvalid: (.badRequest, "BLOB_UPLOAD_INVALID")
    case .blobUploadUnknown: (.notFound, "BLOB_UPLOAD_UNKNOWN")
    case .digestInvalid: (.badRequest, "DIGEST_INVALID")
    case .manifestBlobUnknown: (.notFound, "MANIFEST_BLOB_UNKNOWN")
    case .manifestInvalid: (.badRequest, "MANIFEST_INVALID")
    case .manifestUnknown: (.notFound, "MANIFEST_UNKNOWN")
    case .nameInvalid: (.badRequest, "NAME_INVALID")
    case .nameUnknown: (.notFound, "NAME_UNKNOWN")
    case .sizeInvalid: (.badRequest, "SIZE_INVALID")
    case .tagInvalid: (.badRequest, "TAG_INVALID")
    case .rangeInvalid: (.rangeNotSatisfiable, "BLOB_UPLOAD_INVALID")
    case .manifestTooLarge: (.contentTooLarge, "MANIFEST_INVALID")
    case .unsupported: (.notFound, "UNSUPPORTED")
    case .methodNotAllowed: (.methodNotAllowed, "UNSUPPORTED")
    case .pageInvalid: (.badRequest, "PAGINATION_NUMBER_INVALID")
    case .addressInUse, .addressNotAvailable, .inputOutput: (.internalServerError, "UNKNOWN")
    }
  }
}

extension Response {
  init(_ error: RegistryServerError, headers: HTTPFields = [:]) throws {
    let (status, code) = error.code.answer
    try self.init(
      status: status, json: ErrorResponse(errors: [.init(code: code, message: error.message)]), headers: headers)
  }

  /// - Parameter mediaType: `application/json` where nothing else is said.
  init(
    status: HTTPResponse.Status = .ok, json value: some Encodable, mediaType: String = "application/json",
    headers: HTTPFields = [:]
  ) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var headers = headers
    headers[.contentType] = mediaType
    self.init(
      status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
  }
}
