import Foundation
import Yams

/// What a YAML file sets, as the parser understood it: each setting with its value and its line, and the first thing in
/// the file that cannot be.
///
/// No value is ever part of ``problem``, and of what the file calls a setting only plain words: a PIN or a key may stand
/// right beside the mistake, and the screen that shows the sentence may be a public one.
struct SettingsFile: Sendable, Equatable {
    private(set) var values: [String: SettingLayer.Value] = [:]
    /// The first line is 1.
    private(set) var lines: [String: Int] = [:]
    /// A sentence that begins with its place; `nil` where all of the file can be.
    private(set) var problem: String?

    private let path: String

    /// No configuration comes near it; a file that is larger is something else.
    private static let largestFile = 1 << 20
    /// A name that is used so often is more than a shorthand: files that name each other's lists grow beyond all bounds.
    private static let mostAliases = 16

    /// `nil` where there is no such file. A file that cannot be opened or is no plain file is a ``problem``: what cannot be
    /// read may be a lock.
    init?(path: String) {
        self.path = path
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            if (code == ENOENT || code == ENOTDIR) && !Self.isLink(path) { return nil }
            problem = unsafe "the configuration \(path) cannot be read: \(String(cString: strerror(code)))"
            return
        }
        defer { close(descriptor) }
        do {
            take(try Self.contents(descriptor))
        } catch {
            problem = "the configuration \(path) cannot be read: \(error)"
        }
    }

    /// A file's text that was read before.
    init(_ text: String, path: String) {
        self.path = path
        take(text)
    }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    private static func contents(_ descriptor: Int32) throws(CommandFailure) -> String {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, [S_IFREG, S_IFCHR].contains(status.st_mode & S_IFMT) else {
            throw CommandFailure("it is not a plain file")
        }
        let bytes: Data
        do {
            // One byte more than is allowed tells a file that is too large, whatever its size.
            bytes =
                try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).read(upToCount: largestFile + 1)
                ?? Data()
        } catch {
            throw CommandFailure(error.localizedDescription)
        }
        guard bytes.count <= largestFile else { throw CommandFailure("it is larger than 1 MiB") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw CommandFailure("it is not UTF-8 text") }
        return text
    }

    // MARK: - Parsing

    private mutating func take(_ text: String) {
        guard !Self.isBomb(text) else {
            problem = "\(path): it uses more than \(Self.mostAliases) aliases; write the values out"
            return
        }
        do {
            // A file of comments is a configuration that sets nothing.
            guard let root = try Parser(yaml: text).singleRoot(), !Self.isEmpty(root) else { return }
            guard case .mapping(let settings) = root, Self.isPlain(root) else {
                refuse(root.mark?.line ?? 1, "a configuration is made of settings and their values: threshold: 0.8")
                return
            }
            take(settings, under: [])
        } catch {
            let (line, reason) = Self.reason(error)
            problem = "the configuration \(path) cannot be read: \(line.map { "line \($0): " } ?? "")\(reason)"
        }
    }

    private mutating func take(_ settings: Node.Mapping, under group: [String]) {
        for (name, value) in settings {
            let line = name.mark?.line ?? 1
            guard case .scalar(let word) = name else {
                refuse(line, "the name of a setting is one word")
                continue
            }
            let parts = group + [word.string]
            let key = parts.joined(separator: ".")
            if Setting.byKey[key] != nil {
                take(value, of: key, line)
            } else if Setting.groups.contains(key) {
                take(value, asGroup: parts, line)
            } else {
                refuse(line, Setting.unknown(key))
            }
        }
    }

    private mutating func take(_ value: Node, asGroup parts: [String], _ line: Int) {
        if case .mapping(let settings) = value, Self.isPlain(value) {
            take(settings, under: parts)
        } else if !Self.isEmpty(value) {
            refuse(line, "\(parts.joined(separator: ".")) is a group: its settings stand under it, or in {}")
        }
    }

    private mutating func take(_ value: Node, of key: String, _ line: Int) {
        if let before = lines[key] { return refuse(line, "\(key) was set before, in line \(before)") }
        lines[key] = line
        guard !Self.isEmpty(value) else {
            return refuse(line, "\(key) has no value; write one, or take the line away")
        }
        guard let found = Self.value(value) else {
            return refuse(line, "\(key) has to be one value, or a list of values")
        }
        values[key] = found
    }

    /// `nil` for what is neither a value nor a list of values, or has a type of somebody's own.
    private static func value(_ node: Node) -> SettingLayer.Value? {
        guard isPlain(node) else { return nil }
        switch node {
        case .scalar(let scalar): return .text(scalar.string)
        case .sequence(let items):
            let words = items.compactMap { isPlain($0) && !isEmpty($0) ? $0.scalar?.string : nil }
            return words.count == items.count ? .list(words) : nil
        case .mapping, .alias: return nil
        }
    }

    private mutating func refuse(_ line: Int, _ what: String) {
        if problem == nil { problem = "\(path):\(line): \(what)" }
    }

    /// Nothing at all, `~` or `null`; not `""`.
    private static func isEmpty(_ node: Node) -> Bool { node.tag.rawValue == "tag:yaml.org,2002:null" }

    /// Whether it has no type of somebody's own.
    private static func isPlain(_ node: Node) -> Bool { node.tag.rawValue.hasPrefix("tag:yaml.org,2002:") }

    /// Whether it is a text in which names stand for lists of names of lists. To compare or count what they stand for may
    /// take for ever, and the parser does; therefore it is told from the text, and a text that only looks like it is
    /// refused too.
    private static func isBomb(_ text: String) -> Bool {
        var aliases = 0
        var hasAnchor = false
        var before: UInt8 = 0x0A
        var mark: UInt8?
        for byte in text.utf8 {
            if mark != nil, isName(byte) {
                if mark == UInt8(ascii: "&") { hasAnchor = true } else { aliases += 1 }
            }
            mark = (byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*")) && isBorder(before) ? byte : nil
            before = byte
        }
        return hasAnchor && aliases > mostAliases
    }

    private static func isBorder(_ byte: UInt8) -> Bool { byte <= 0x20 || "[{,:?-".utf8.contains(byte) }

    private static func isName(_ byte: UInt8) -> Bool { byte > 0x20 && !"*&,[]{}".utf8.contains(byte) }

    /// What the parser has against the text, without a word of the text.
    private static func reason(_ error: any Error) -> (line: Int?, String) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            return (mark.line, problem)
        case .composer(_, let problem, let mark, _):
            return (
                mark.line, problem.contains("another document") ? "a second document begins; write one" : problem
            )
        case .reader(let problem, _, _, _): return (nil, problem)
        case .duplicatedKeysInMapping(_, let context): return (context.mark.line, "this key stands twice in its group")
        default: return (nil, "it is no YAML")
        }
    }
}
