import Foundation

/// A Swift file of the project: the types that it declares for others, and the types that it names.
struct SourceFile {
    /// The folder inside the target; empty for a file that lies in the target itself.
    let folder: String
    let name: String
    /// Types that stand outside of any other and may be used from other files.
    private(set) var declared: Set<String> = []
    /// Names with a capital that stand for themselves: not behind a dot, not in a comment or in a text.
    private(set) var used: Set<String> = []

    /// The repository, found from where this file lies.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All files of the target whose sources are at `path`.
    static func all(in path: String) throws -> [SourceFile] {
        let root = repository.appending(path: path)
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let text = try String(contentsOf: root.appending(path: name), encoding: .utf8)
            let parts = name.split(separator: "/")
            return SourceFile(folder: parts.count > 1 ? String(parts[0]) : "", name: name, text: text)
        }
    }

    init(folder: String, name: String, text: String) {
        (self.folder, self.name) = (folder, name)
        var isInText = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            let code = Self.code(of: line.utf8, &isInText)
            used.formUnion(code.filter(\.standsAlone).map(\.word).filter { $0.first?.isUppercase == true })
            if line.first?.isWhitespace == false, let type = Self.declaredType(code.map(\.word)) {
                declared.insert(type)
            }
        }
    }

    private static let keywords: Set = ["struct", "class", "enum", "actor", "protocol", "typealias"]

    private static func declaredType(_ words: [String]) -> String? {
        guard !words.contains("private"), !words.contains("fileprivate"),
            let keyword = words.firstIndex(where: keywords.contains), keyword + 1 < words.count
        else { return nil }
        return words[keyword + 1]
    }

    /// The words of a line outside of comments and texts; `isInText` says whether a text of several lines is open.
    private static func code(of line: Substring.UTF8View, _ isInText: inout Bool) -> [(word: String, standsAlone: Bool)]
    {
        var words: [(word: String, standsAlone: Bool)] = []
        var word: [UInt8] = []
        var (last, isInQuotes): (UInt8, Bool) = (0, false)
        let bytes = Array(line) + [0x0A]
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if bytes[at...].starts(with: "\"\"\"".utf8) {
                isInText.toggle()
                at += 3
                continue
            }
            if !isInText {
                if byte == UInt8(ascii: "\\"), isInQuotes { at += 1 }
                if byte == UInt8(ascii: "\"") { isInQuotes.toggle() }
                if !isInQuotes, bytes[at...].starts(with: "//".utf8) { break }
            }
            let isLetter = !isInText && !isInQuotes && (byte == UInt8(ascii: "_") || byte.isAlphanumeric)
            if isLetter {
                word.append(byte)
            } else {
                if !word.isEmpty { words.append((String(decoding: word, as: UTF8.self), last != UInt8(ascii: "."))) }
                word = []
                last = byte
            }
            at += 1
        }
        return words
    }
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
