import Engine
import SystemPackage

/// The users and groups that a stage's `/etc/passwd` and `/etc/group` name.
struct UserDatabase {
  struct UnknownName: Error, Hashable {
    let name: String
    /// `/etc/passwd` or `/etc/group`.
    let file: String
  }

  private struct User {
    let name: String
    let userID: UInt32
    let groupID: UInt32
    let home: String
  }

  private struct Group {
    let name: String
    let groupID: UInt32
    let members: [String]
  }

  private let users: [User]
  private let groups: [Group]

  init(of fileSystem: LayeredFileSystem) throws {
    users = Self.lines(try fileSystem.read("etc/passwd")).compactMap { fields in
      guard fields.count >= 4, let userID = UInt32(fields[2]), let groupID = UInt32(fields[3]) else { return nil }
      return User(name: fields[0], userID: userID, groupID: groupID, home: fields.count > 5 ? fields[5] : "")
    }
    groups = Self.lines(try fileSystem.read("etc/group")).compactMap { fields in
      guard fields.count >= 3, let groupID = UInt32(fields[2]) else { return nil }
      let members = fields.count > 3 ? fields[3].split(separator: ",").map(String.init) : []
      return Group(name: fields[0], groupID: groupID, members: members)
    }
  }

  private static func lines(_ bytes: [UInt8]?) -> [[String]] {
    String(decoding: bytes ?? [], as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) }
  }

  /// `user[:group]` of COPY and ADD's `--chown`: a user's number alone is the group's too, a name alone brings its group.
  func owner(_ text: String) throws(UnknownName) -> (userID: UInt32, groupID: UInt32) {
    let (userName, groupName) = Self.split(text)
    if let number = UInt32(userName) {
      return (number, try groupName.map { name throws(UnknownName) in try groupID(name) } ?? number)
    }
    let user = try named(userName)
    return (user.userID, try groupName.map { name throws(UnknownName) in try groupID(name) } ?? user.groupID)
  }

  /// `user[:group]` of USER, as a process gets it: with the groups that list the user, unless a group is given.
  func process(_ text: String) throws(UnknownName) -> SandboxedProcess.User {
    let (userName, groupName) = Self.split(text)
    let user: User
    if let number = UInt32(userName) {
      user = users.first { $0.userID == number } ?? User(name: "", userID: number, groupID: 0, home: "")
    } else {
      user = try named(userName)
    }
    if let groupName {
      return SandboxedProcess.User(userID: user.userID, groupID: try groupID(groupName))
    }
    let supplementary = user.name.isEmpty ? [] : groups.filter { $0.members.contains(user.name) }.map(\.groupID)
    return SandboxedProcess.User(
      userID: user.userID, groupID: user.groupID, supplementaryGroupIDs: Set(supplementary).sorted())
  }

  func home(of userID: UInt32) -> String {
    let home = users.first { $0.userID == userID }?.home ?? ""
    if !home.isEmpty { return home }
    return userID == 0 ? "/root" : "/"
  }

  private static func split(_ text: String) -> (user: String, group: String?) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return (parts.first ?? "", parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil)
  }

  private func named(_ name: String) throws(UnknownName) -> User {
    if let user = users.first(where: { $0.name == name }) { return user }
    // The one name that is known everywhere.
    if name == "root" || name.isEmpty { return User(name: "root", userID: 0, groupID: 0, home: "/root") }
    throw UnknownName(name: name, file: "/etc/passwd")
  }

  private func groupID(_ name: String) throws(UnknownName) -> UInt32 {
    if let number = UInt32(name) { return number }
    if let group = groups.first(where: { $0.name == name }) { return group.groupID }
    if name == "root" { return 0 }
    throw UnknownName(name: name, file: "/etc/group")
  }
}
