/// A line of the conversation with the words that were looked for.
struct Finding: Sendable, Hashable {
    var entry: Int
    /// The character of the entry's text at which the line begins.
    var offset: Int
    var excerpt: String
}

extension Transcript {
    /// Findings at most; older ones are left out.
    static let mostFindings = 100
    private static let longestExcerpt = 200

    /// Lines that contain all the words, whatever their case and order, the newest first.
    func find(_ query: String) -> [Finding] {
        let words = query.lowercased().split(separator: " ")
        guard !words.isEmpty else { return [] }
        var found: [Finding] = []
        for (index, entry) in entries.enumerated().reversed() where found.count < Self.mostFindings {
            var offset = 0
            var here: [Finding] = []
            for line in entry.body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
                let text = line.lowercased()
                if words.allSatisfy({ text.contains($0) }) {
                    here.append(Finding(entry: index, offset: offset, excerpt: Self.excerpt(line, around: words[0])))
                }
                offset += line.count + 1
            }
            found += here.reversed()
        }
        return Array(found.prefix(Self.mostFindings))
    }

    /// The line from a little before the first word on.
    private static func excerpt(_ line: Substring, around word: Substring) -> String {
        let text = line.lowercased()
        let before = text.firstRange(of: word).map { text.distance(from: text.startIndex, to: $0.lowerBound) } ?? 0
        let skipped = before > 40 ? before - 20 : 0
        return (skipped > 0 ? "\u{2026}" : "") + line.dropFirst(skipped).prefix(longestExcerpt)
    }
}
