package import AssistantCore

/// Replaces what is personal by placeholders, for one conversation: the same text has the same placeholder in all of it.
///
/// Identity is by the exact text, so that restoring is exact too: a card written with spaces and the same card without
/// have two placeholders. What was found once is found again wherever the same words stand, also where nothing around
/// them says what they are.
package struct Redactor: Sendable {
    package let scanner: PIIScanner
    /// What was said, by the name of its placeholder.
    private var originals: [String: [UInt8]] = [:]
    private var names: [Key: String] = [:]
    private var counts: [String: Int] = [:]
    private var known = KnownValues()

    private struct Key: Hashable {
        var tag: String
        var value: [UInt8]
    }

    package init(_ scanner: PIIScanner = PIIScanner()) {
        self.scanner = scanner
    }

    /// Redacts a whole conversation. To be given all of it each time: what a later message reveals is then replaced in
    /// the earlier ones too.
    package mutating func redact(_ messages: [Message]) -> [RedactedMessage] {
        let texts = messages.map { Array($0.text.utf8) }
        let findings = messages.map { scanner.scan($0.text) }
        for (text, found) in zip(texts, findings) {
            for finding in found { learn(finding.kind, Array(text[finding.range])) }
        }
        return messages.indices.map { index in
            let all = known.complete(findings[index], in: texts[index])
            return RedactedMessage(
                role: messages[index].role, content: RedactedText(segments: segments(of: texts[index], all)),
                picture: messages[index].picture)
        }
    }

    /// Puts back, in a streamed reply, everything that has been replaced so far.
    package var restorer: PlaceholderRestorer { PlaceholderRestorer(originals: originals) }

    private mutating func learn(_ kind: PIIKind, _ value: [UInt8]) {
        let key = Key(tag: kind.tag, value: value)
        guard names[key] == nil else { return }
        let number = counts[kind.tag, default: 0] + 1
        counts[kind.tag] = number
        let name = Placeholder.name(kind.tag, number)
        names[key] = name
        originals[name] = value
        known.insert(value, kind)
    }

    private func segments(of text: [UInt8], _ findings: [PIIFinding]) -> [RedactedText.Segment] {
        var segments: [RedactedText.Segment] = []
        var position = 0
        for finding in findings {
            let value = Array(text[finding.range])
            guard let name = names[Key(tag: finding.kind.tag, value: value)] else { continue }
            if finding.range.lowerBound > position {
                segments.append(.plain(String(decoding: text[position..<finding.range.lowerBound], as: UTF8.self)))
            }
            segments.append(
                .redacted(finding.kind, placeholder: "<\(name)>", original: String(decoding: value, as: UTF8.self)))
            position = finding.range.upperBound
        }
        if position < text.count { segments.append(.plain(String(decoding: text[position...], as: UTF8.self))) }
        return segments
    }
}
