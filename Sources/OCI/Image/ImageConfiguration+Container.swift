extension ImageConfiguration {
  /// What a container made from the image starts with: the `config` object.
  package struct Container: Hashable, Sendable, Codable {
    package var user: String?
    /// `8080/tcp`, sorted.
    package var exposedPorts: [String]
    /// `NAME=value`, in the order they were set.
    package var env: [String]
    package var entrypoint: [String]?
    package var cmd: [String]?
    /// Absolute paths, sorted.
    package var volumes: [String]
    package var workingDir: String?
    package var labels: [String: String]
    package var stopSignal: String?
    package var healthcheck: Healthcheck?
    package var shell: [String]?
    package var onBuild: [String]
    package var argsEscaped: Bool

    package init(
      user: String? = nil, exposedPorts: [String] = [], env: [String] = [], entrypoint: [String]? = nil,
      cmd: [String]? = nil, volumes: [String] = [], workingDir: String? = nil, labels: [String: String] = [:],
      stopSignal: String? = nil, healthcheck: Healthcheck? = nil, shell: [String]? = nil, onBuild: [String] = [],
      argsEscaped: Bool = false
    ) {
      self.user = user
      self.exposedPorts = exposedPorts
      self.env = env
      self.entrypoint = entrypoint
      self.cmd = cmd
      self.volumes = volumes
      self.workingDir = workingDir
      self.labels = labels
      self.stopSignal = stopSignal
      self.healthcheck = healthcheck
      self.shell = shell
      self.onBuild = onBuild
      self.argsEscaped = argsEscaped
    }

    private enum CodingKeys: String, CodingKey {
      case user = "User"
      case exposedPorts = "ExposedPorts"
      case env = "Env"
      case entrypoint = "Entrypoint"
      case cmd = "Cmd"
      case volumes = "Volumes"
      case workingDir = "WorkingDir"
      case labels = "Labels"
      case stopSignal = "StopSignal"
      case healthcheck = "Healthcheck"
      case shell = "Shell"
      case onBuild = "OnBuild"
      case argsEscaped = "ArgsEscaped"
    }

    /// The value of Go's `map[string]struct{}`, which ports and volumes are.
    private struct Present: Codable {}

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      let text = { (key: CodingKeys) in
        try container.decodeIfPresent(String.self, forKey: key).flatMap { $0.isEmpty ? nil : $0 }
      }
      let keys = { (key: CodingKeys) in
        try container.decodeIfPresent([String: Present?].self, forKey: key).map { $0.keys.sorted() } ?? []
      }
      user = try text(.user)
      exposedPorts = try keys(.exposedPorts)
      env = try container.decodeIfPresent([String].self, forKey: .env) ?? []
      entrypoint = try container.decodeIfPresent([String].self, forKey: .entrypoint)
      cmd = try container.decodeIfPresent([String].self, forKey: .cmd)
      volumes = try keys(.volumes)
      workingDir = try text(.workingDir)
      labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
      stopSignal = try text(.stopSignal)
      healthcheck = try container.decodeIfPresent(Healthcheck.self, forKey: .healthcheck)
      shell = try container.decodeIfPresent([String].self, forKey: .shell)
      onBuild = try container.decodeIfPresent([String].self, forKey: .onBuild) ?? []
      argsEscaped = try container.decodeIfPresent(Bool.self, forKey: .argsEscaped) ?? false
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      func list(_ values: [String]?, _ key: CodingKeys) throws {
        if let values, !values.isEmpty { try container.encode(values, forKey: key) }
      }
      func text(_ value: String?, _ key: CodingKeys) throws {
        if let value, !value.isEmpty { try container.encode(value, forKey: key) }
      }
      func keys(_ values: [String], _ key: CodingKeys) throws {
        guard !values.isEmpty else { return }
        try container.encode(Dictionary(values.map { ($0, Present()) }) { first, _ in first }, forKey: key)
      }
      try text(user, .user)
      try keys(exposedPorts, .exposedPorts)
      try list(env, .env)
      try list(entrypoint, .entrypoint)
      try list(cmd, .cmd)
      try keys(volumes, .volumes)
      try text(workingDir, .workingDir)
      if !labels.isEmpty { try container.encode(labels, forKey: .labels) }
      try text(stopSignal, .stopSignal)
      try container.encodeIfPresent(healthcheck, forKey: .healthcheck)
      try list(shell, .shell)
      try list(onBuild, .onBuild)
      if argsEscaped { try container.encode(true, forKey: .argsEscaped) }
    }
  }

  /// How to find out whether a container is healthy. Durations are nanoseconds.
  package struct Healthcheck: Hashable, Sendable, Codable {
    /// `["NONE"]`, `["CMD", program, argument…]` or `["CMD-SHELL", command]`.
    package var test: [String]
    package var interval: Int64?
    package var timeout: Int64?
    package var startPeriod: Int64?
    package var startInterval: Int64?
    package var retries: Int?

    package init(
      test: [String], interval: Int64? = nil, timeout: Int64? = nil, startPeriod: Int64? = nil,
      startInterval: Int64? = nil, retries: Int? = nil
    ) {
      self.test = test
      self.interval = interval
      self.timeout = timeout
      self.startPeriod = startPeriod
      self.startInterval = startInterval
      self.retries = retries
    }

    private enum CodingKeys: String, CodingKey {
      case test = "Test"
      case interval = "Interval"
      case timeout = "Timeout"
      case startPeriod = "StartPeriod"
      case startInterval = "StartInterval"
      case retries = "Retries"
    }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      test = try container.decodeIfPresent([String].self, forKey: .test) ?? []
      interval = try container.decodeIfPresent(Int64.self, forKey: .interval)
      timeout = try container.decodeIfPresent(Int64.self, forKey: .timeout)
      startPeriod = try container.decodeIfPresent(Int64.self, forKey: .startPeriod)
      startInterval = try container.decodeIfPresent(Int64.self, forKey: .startInterval)
      retries = try container.decodeIfPresent(Int.self, forKey: .retries)
    }
  }
}
