/// Reads the manuals of GNU programs in the form that `info` shows: nodes with headings, without their menus and indices.
package enum InfoReader {
    /// The bytes of a file of `info` as those of a text, in which form feeds part the nodes. A zero and a backspace stand
    /// before each bracket around the name of a picture.
    package static func text(_ bytes: [UInt8]) -> [UInt8] {
        bytes.compactMap { byte in
            switch byte {
            case 0x00, 0x08: nil
            case 0x1F: 0x0C
            default: byte
            }
        }
    }

    /// - Parameter text: as ``text(_:)`` has it, decoded.
    package static func document(_ text: String) -> TextDocument {
        var document = TextDocument()
        for node in text.split(separator: "\u{C}") {
            var lines = Array(TextLines(node).drop { $0.trimmingWhiteSpace.isEmpty })
            guard let header = lines.first.flatMap(Header.init) else { continue }
            lines.removeFirst()
            if document.title.isEmpty { document.title = header.file }
            add(lines, of: header, to: &document)
        }
        return document
    }

    /// `File: sed.info,  Node: Exit status,  Prev: …`
    private struct Header {
        /// Without its ending.
        let file: String
        let node: String

        init?(_ line: Substring) {
            guard line.hasPrefix("File: ") else { return nil }
            let fields = line.dropFirst("File: ".count).split(separator: ",").map(\.trimmingWhiteSpace)
            guard let file = fields.first, let node = fields.first(where: { $0.hasPrefix("Node: ") }) else {
                return nil
            }
            self.file = String(file.prefix { $0 != "." })
            self.node = String(node.dropFirst("Node: ".count))
        }
    }

    private static func add(_ lines: [Substring], of header: Header, to document: inout TextDocument) {
        var text = ""
        var isHeaded = false
        func end() {
            let paragraphs = PlainTextReader.paragraphs(of: text[...])
            if !paragraphs.isEmpty, !isHeaded {
                document.blocks.append(.heading(header.node, level: 1))
                isHeaded = true
            }
            document.blocks += paragraphs.map { .paragraph($0) }
            text = ""
        }
        for (index, line) in lines.enumerated() {
            let next = index + 1 < lines.count ? lines[index + 1] : ""
            guard level(ofUnderline: line) == nil else { continue }
            if let level = level(ofUnderline: next), !line.isEmpty {
                end()
                document.blocks.append(.heading(PlainTextReader.squeezed(line), level: level))
                isHeaded = true
            } else if !isMenu(line) {
                text += line + "\n"
            }
        }
        end()
    }

    private static func level(ofUnderline line: Substring) -> Int? {
        guard line.utf8.count >= 3, let first = line.first, let level = ["*", "=", "-", "."].firstIndex(of: first),
            line.allSatisfy({ $0 == first })
        else { return nil }
        return level + 1
    }

    private static func isMenu(_ line: Substring) -> Bool {
        line.hasPrefix("* ") && (line.contains("::") || line.contains("(line ")) || line.hasPrefix("* Menu:")
    }
}
