import Engine
import Testing

@testable import RegistryClient

struct ECRRegistryTests {
  @Test(arguments: [
    ("123456789012.dkr.ecr.us-east-1.amazonaws.com", "us-east-1", "api.ecr.us-east-1.amazonaws.com"),
    ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1", "ecr-fips.us-gov-west-1.amazonaws.com"),
    ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "cn-north-1", "api.ecr.cn-north-1.amazonaws.com.cn"),
  ])
  func `a host name tells account and region`(host: String, region: String, api: String) throws {
    let registry = try #require(ECRRegistry(host: host))
    #expect(registry.account == "123456789012")
    #expect(registry.region.name == region)
    #expect(registry.apiHost == api)
    #expect(registry.host == host)
    #expect(ECRRegistry(host: host.uppercased()) == registry)
  }

  @Test(arguments: [
    "docker.io", "public.ecr.aws", "127.0.0.1:5000", "", "12345678901.dkr.ecr.us-east-1.amazonaws.com",
    "12345678901a.dkr.ecr.us-east-1.amazonaws.com", "123456789012.dkr.ecr.us-east-1.amazonaws.com.example.com",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com:443", "123456789012.dkr.ecr..amazonaws.com",
    "123456789012.dkr.ecr.us_east.amazonaws.com", "123456789012.dkr.ecr.us-east-1.amazonaws.com.cn",
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com", "x.123456789012.dkr.ecr.us-east-1.amazonaws.com",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com.",
  ])
  func `other hosts are not ECR's`(host: String) {
    #expect(ECRRegistry(host: host) == nil)
  }

  @Test(arguments: [
    ([:], "https://api.ecr.us-east-1.amazonaws.com"),
    (["AWS_ENDPOINT_URL": "https://aws.example.com/all/"], "https://aws.example.com/all"),
    (["AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_ECR": "http://127.0.0.1:2"], "http://127.0.0.1:2"),
    (["AWS_ENDPOINT_URL_STS": "http://127.0.0.1:3"], "https://api.ecr.us-east-1.amazonaws.com"),
    (
      ["AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"],
      "https://api.ecr.us-east-1.amazonaws.com"
    ),
  ])
  func `the environment says where the API answers`(environment: [String: String], address: String) throws {
    let endpoint = try AWSEndpoints(environment: environment)
      .endpoint(of: "ecr", host: "api.ecr.us-east-1.amazonaws.com")
    #expect("\(endpoint.scheme.rawValue)://\(endpoint.authority)\(endpoint.pathPrefix)" == address)
  }

  @Test func `an address that is none is named by its variable`() {
    #expect {
      try AWSEndpoints(environment: ["AWS_ENDPOINT_URL_ECR": "http://user@host"]).endpoint(of: "ecr", host: "api")
    } throws: {
      isTransferError($0, .unreachable, "AWS_ENDPOINT_URL_ECR")
    }
  }

  @Test(arguments: [
    ("eu-west-1", [:], "sts.amazonaws.com", "us-east-1"),
    ("eu-west-1", ["AWS_STS_REGIONAL_ENDPOINTS": "regional"], "sts.eu-west-1.amazonaws.com", "eu-west-1"),
    ("cn-north-1", [:], "sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
    ("us-gov-east-1", [:], "sts.us-gov-east-1.amazonaws.com", "us-gov-east-1"),
  ])
  func `each part of AWS has its token service`(
    region: String, environment: [String: String], host: String, signedFor: String
  ) throws {
    let service = try AWSEndpoints(environment: environment).tokenService(for: AWSRegion(region))
    #expect(service.host == host)
    #expect(service.region.name == signedFor)
  }
}
