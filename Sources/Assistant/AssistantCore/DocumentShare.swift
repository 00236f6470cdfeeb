/// A document that was given with a question: what it is called and how long it is.
package struct DocumentExtent: Sendable, Hashable {
    /// Of what a document says, so much may leave this device with a question.
    package static let mostShare = 0.15

    package var name: String
    package var passages: Int
    /// Of its text, UTF-8.
    package var bytes: Int

    package init(name: String, passages: Int, bytes: Int) {
        (self.name, self.passages, self.bytes) = (name, passages, bytes)
    }

    /// What may leave, in bytes of text.
    package var mostSentBytes: Int { Int(Double(bytes) * Self.mostShare) }
}

/// How much of a document goes with a question where that leaves this device, and what that saves.
package struct DocumentShare: Sendable, Hashable {
    package var document: DocumentExtent
    package var sentPassages: Int
    package var sentBytes: Int
    /// What the rest of the document would have cost, at four bytes a token; `nil` where nobody knows the price.
    package var saved: Money?

    package init(_ sent: [Passage], of document: DocumentExtent) {
        self.document = document
        sentPassages = sent.count
        sentBytes = sent.reduce(0) { $0 + $1.text.utf8.count }
    }

    package var savedBytes: Int { max(0, document.bytes - sentBytes) }

    /// With what the rest would have cost.
    package func priced(at price: CloudPrice?) -> DocumentShare {
        var priced = self
        priced.saved = price?.cost(promptTokens: savedBytes / 4, completionTokens: 0)
        return priced
    }

    /// `1.2 of 310.4 kB of manual.pdf (0.4 %)`
    package var words: String {
        let percent = document.bytes > 0 ? 1_000 * sentBytes / document.bytes : 0
        return
            "\(Self.kilobytes(sentBytes)) of \(Self.kilobytes(document.bytes)) kB of \(document.name) (\(Self.tenths(percent)) %)"
    }

    /// `saves 309.2 kB and $0.0077`
    package var savings: String {
        "saves \(Self.kilobytes(savedBytes)) kB" + (saved.map { " and \($0)" } ?? "")
    }

    private static func kilobytes(_ bytes: Int) -> String { tenths((bytes + 50) / 100) }

    private static func tenths(_ count: Int) -> String { "\(count / 10).\(count % 10)" }
}

extension DocumentShare: Encodable {
    private enum CodingKeys: String, CodingKey {
        case type, document, passages, bytes
        case sentPassages = "chosen_passages"
        case sentBytes = "chosen_bytes"
        case savedBytes = "saved_bytes"
        case savedDollars = "saved_usd"
    }

    /// `{"type":"document","document":"manual.pdf","passages":512,"bytes":310400,"chosen_passages":2,"chosen_bytes":1200,…}`
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("document", forKey: .type)
        try container.encode(document.name, forKey: .document)
        try container.encode(document.passages, forKey: .passages)
        try container.encode(document.bytes, forKey: .bytes)
        try container.encode(sentPassages, forKey: .sentPassages)
        try container.encode(sentBytes, forKey: .sentBytes)
        try container.encode(savedBytes, forKey: .savedBytes)
        try container.encodeIfPresent(saved?.usd, forKey: .savedDollars)
    }
}
