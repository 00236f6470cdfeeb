/// What kind of document a file is, by its name.
package enum DocumentKind: Sendable, Hashable, CaseIterable {
    case text
    case markdown
    case html
    case pdf
    case docx
    case epub
    /// The articles of a wiki.
    case zim
    case manual
    /// Of a GNU program, as `info` shows it; a long one is in several files.
    case info

    /// `nil` for a file that is no document.
    package init?(fileName: String) {
        let name = fileName.lowercased()
        let isPacked = name.hasSuffix(".gz")
        let base = isPacked ? String(name.dropLast(3)) : name
        guard let dot = base.lastIndex(of: "."), dot > base.startIndex else { return nil }
        let ending = String(base[base.index(after: dot)...])
        let isSection = ending.first.map { ("1"..."9").contains($0) } ?? false
        if isSection, ending.count <= 4, ending.dropFirst().allSatisfy({ $0.isLetter }) {
            self = .manual
            return
        }
        if ending == "info" || ending.hasPrefix("info-"), ending.dropFirst(5).allSatisfy(\.isNumber) {
            self = .info
            return
        }
        guard !isPacked, let kind = Self.endings[ending] else { return nil }
        self = kind
    }

    private static let endings: [String: DocumentKind] = [
        "txt": .text, "text": .text, "log": .text, "rst": .text, "org": .text, "md": .markdown, "markdown": .markdown,
        "html": .html, "htm": .html, "xhtml": .html, "pdf": .pdf, "docx": .docx, "epub": .epub, "zim": .zim,
    ]
}
