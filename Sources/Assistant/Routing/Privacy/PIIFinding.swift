/// Something personal that stands in a text.
public struct PIIFinding: Sendable, Hashable {
    public var kind: PIIKind
    /// Where, in bytes of the text's UTF-8; always whole characters.
    public var range: Range<Int>

    public init(_ kind: PIIKind, _ range: Range<Int>) {
        self.kind = kind
        self.range = range
    }
}

/// Finds personal data and secrets by form and checksum, without a network, a model or a regular expression, in time
/// linear in the text whatever stands in it.
public struct PIIScanner: Sendable, Hashable {
    /// What is looked for; ``PIIKind/literal`` always is.
    public var kinds: Set<PIIKind>

    public init(kinds: Set<PIIKind> = Set(PIIKind.allCases)) {
        self.kinds = kinds
    }

    /// What was found, in the order of the text; findings never overlap. `text`: at most 2 GiB.
    public func scan(_ text: String) -> [PIIFinding] {
        let folded = FoldedText(text)
        var scan = PIIScan(folded)
        scan.run()
        return scan.resolved(kinds).map { PIIFinding($0.kind, folded.original($0.range)) }
    }
}
