/// Something personal that stands in a text.
package struct PIIFinding: Sendable, Hashable {
    package var kind: PIIKind
    /// Where, in bytes of the text's UTF-8; always whole characters.
    package var range: Range<Int>

    package init(_ kind: PIIKind, _ range: Range<Int>) {
        self.kind = kind
        self.range = range
    }
}

/// Finds personal data and secrets by form and checksum, without a network, a model or a regular expression, in time
/// linear in the text whatever stands in it.
///
/// A text is read as it stands and, where there is anything to undo, once more with the escapes of mail, web pages, tables
/// and program text undone. What either reading shows is found.
package struct PIIScanner: Sendable, Hashable {
    /// What is looked for; ``PIIKind/literal`` always is.
    package var kinds: Set<PIIKind>

    package init(kinds: Set<PIIKind> = Set(PIIKind.allCases)) {
        self.kinds = kinds
    }

    /// What was found, in the order of the text; findings never overlap. `text`: at most 2 GiB.
    package func scan(_ text: String) -> [PIIFinding] {
        let folded = FoldedText(text)
        var findings = found(in: folded)
        if let unwrapped = FoldedText(unwrapping: folded) { findings += found(in: unwrapped) }
        return Self.resolved(findings, count: folded.source.count)
    }

    private func found(in text: FoldedText) -> [PIIFinding] {
        var scan = PIIScan(text)
        scan.run()
        return scan.matches.compactMap { match in
            guard kinds.contains(match.kind) || match.kind == .literal else { return nil }
            return PIIFinding(match.kind, text.original(match.range))
        }
    }

    /// What stands, of findings that overlap: secrets first, since no part of one may leave; then the longer one, then the
    /// surer kind. Of a secret that is partly covered by another, the rest stands.
    private static func resolved(_ findings: [PIIFinding], count: Int) -> [PIIFinding] {
        guard findings.count > 1 else { return findings }
        var isTaken = [Bool](repeating: false, count: count)
        var remaining: [PIIFinding] = []
        for finding in findings.sorted(by: { $0.precedence < $1.precedence }) {
            if isTaken[finding.range].contains(true) {
                if finding.kind.isSecret { remaining += rest(of: finding, &isTaken) }
                continue
            }
            for index in finding.range { isTaken[index] = true }
            remaining.append(finding)
        }
        return remaining.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// The parts of a finding that nobody has taken yet.
    private static func rest(of finding: PIIFinding, _ isTaken: inout [Bool]) -> [PIIFinding] {
        var rest: [PIIFinding] = []
        var start: Int?
        for index in finding.range.lowerBound...finding.range.upperBound {
            let isFree = index < finding.range.upperBound && !isTaken[index]
            if isFree {
                start = start ?? index
                isTaken[index] = true
            } else if let first = start {
                rest.append(PIIFinding(finding.kind, first..<index))
                start = nil
            }
        }
        return rest
    }
}

extension PIIFinding {
    /// Less comes first.
    fileprivate var precedence: (tier: Int, length: Int, rank: Int, start: Int) {
        let tier =
            switch kind {
            case .privateKey, .credentials: 0
            case .jwt, .apiKey, .secret: 1
            case .literal: 3
            default: 2
            }
        return (tier, -range.count, kind.rank, range.lowerBound)
    }
}

extension PIIKind {
    private static let ranks = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

    /// The kinds are declared in the order in which they are sure of themselves.
    fileprivate var rank: Int { Self.ranks[self] ?? .max }
}
