/// On which line of a YAML file each key stands. Not a parser: the file has been parsed before, and what this cannot see
/// (anchors, several documents) only lacks its line.
struct SettingLines: Sendable {
    /// By the whole key, its groups parted by dots; the first line is 1.
    private(set) var numbers: [String: Int] = [:]
    /// Keys that hold no others, in the order of their lines.
    private(set) var leaves: [String] = []

    init(_ text: String) {
        var open: [(indent: Int, key: String)] = []
        /// The lines of a `|` or `>` text are deeper than its key.
        var textIndent: Int?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.drop { $0 == " " }
            let indent = line.count - content.count
            if content.isEmpty || content.first == "#" { continue }
            if let text = textIndent, indent > text { continue }
            textIndent = nil
            guard let (name, value) = Self.entry(content) else { continue }
            while let last = open.last, last.indent >= indent { open.removeLast() }
            let key = (open.map(\.key) + [name]).joined(separator: ".")
            if value.first == "{" {
                add(flow: value, in: key, index + 1)
            } else if value.isEmpty {
                open.append((indent, name))
                note(key, index + 1)
            } else {
                if value.first == "|" || value.first == ">" { textIndent = indent }
                note(key, index + 1)
                leaves.append(key)
            }
        }
    }

    private mutating func note(_ key: String, _ line: Int) {
        if numbers[key] == nil { numbers[key] = line }
    }

    /// The keys of `{a: 1, b: 2}` on one line.
    private mutating func add(flow: Substring, in group: String, _ line: Int) {
        note(group, line)
        for part in flow.drop(while: { $0 == "{" }).split(separator: ",") {
            guard let (name, _) = Self.entry(part.drop { $0 == " " }) else { continue }
            note("\(group).\(name)", line)
            leaves.append("\(group).\(name)")
        }
    }

    /// `key: value`, without quotes about the key and without a comment; `nil` for anything else.
    private static func entry(_ line: Substring) -> (String, Substring)? {
        guard line.first != "-", let colon = line.firstIndex(of: ":") else { return nil }
        let rest = line[line.index(after: colon)...]
        guard rest.isEmpty || rest.first == " " || rest.first == "\r" else { return nil }
        let name = line[..<colon].filter { $0 != "\"" && $0 != "'" && $0 != " " }
        let value = rest.drop { $0 == " " || $0 == "\r" }
        return (String(name), value.first == "#" ? "" : value)
    }
}
