import AssistantCore
import Foundation
import Store
import Testing

/// What the index of collections costs at 100,000 passages. `make knowledge-speed` asks for it: it takes minutes.
@Suite(.serialized) struct KnowledgeSpeedTests {
    private static let isWanted = ProcessInfo.processInfo.environment["BRIM_KNOWLEDGE_SPEED"] != nil
    private static let passages = 100_000
    private static let passagesOfDocument = 100
    private static let queries = 1_000

    /// Words as often as a language has them: the n-th of 30,000 comes once where the first comes n times.
    private struct Words {
        private var state: UInt64
        private static let vocabulary = 30_000

        init(seed: UInt64) { state = seed }

        mutating func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let share = Double(state >> 11) / Double(1 << 53)
            return min(Self.vocabulary - 1, Int(exp(share * log(Double(Self.vocabulary)))))
        }

        /// Letters alone, of two to four syllables.
        static func word(_ number: Int) -> String {
            let syllables = ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "zu"]
            var (left, word) = (number + syllables.count, "")
            while left > 0 {
                word += syllables[left % syllables.count]
                left /= syllables.count
            }
            return word
        }
    }

    @Test("100,000 passages: text read a second, queries at the 99th percentile, memory", .enabled(if: isWanted))
    func speed() async throws {
        let directory = NSTemporaryDirectory() + "brim-speed-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let names = (0..<30_000).map(Words.word)
        let index = try KnowledgeIndex(directory: directory)
        try await index.add(KnowledgeCollection(name: "all", kind: .folder, root: "/srv/all"))
        var words = Words(seed: 1)
        let before = try Self.residentBytes()
        var (bytes, peak) = (0, before)
        var writing = Duration.zero
        for number in 0..<Self.passages / Self.passagesOfDocument {
            let document = IndexedDocument(
                path: "\(number).txt", title: names[words.next()], fingerprint: "1",
                passages: (0..<Self.passagesOfDocument).map { _ in
                    let text = (0..<90).map { _ in names[words.next()] }.joined(separator: " ")
                    return IndexedDocument.Passage(heading: names[words.next()], page: nil, text: text, isAnswer: false)
                })
            bytes += document.bytes
            let start = ContinuousClock.now
            try await index.replace([document], in: "all")
            writing += start.duration(to: .now)
            if number % 50 == 0 { peak = max(peak, try Self.residentBytes()) }
        }
        var times: [Duration] = []
        for number in 0..<Self.queries {
            let asked = (0..<(2 + number % 6)).map { _ in names[words.next()] }
            let start = ContinuousClock.now
            _ = try await index.hits(for: asked, limit: 60)
            times.append(start.duration(to: .now))
        }
        peak = max(peak, try Self.residentBytes())
        times.sort()
        let rate = Double(bytes) / 1_000_000 / (writing / .seconds(1))
        let (half, late) = (times[times.count / 2] / .milliseconds(1), times[times.count * 99 / 100] / .milliseconds(1))
        print(
            String(
                format: "index: %.1f MB of text at %.1f MB/s; a query %.1f ms, at the 99th percentile %.1f ms;"
                    + " %.1f MB of memory more", Double(bytes) / 1_000_000, rate, half, late,
                Double(peak - before) / 1_000_000))
        #expect(rate >= 2 && late <= 10 && peak - before <= 30_000_000)
    }

    private static func residentBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(Int(line.split { !$0.isNumber }[0])) * 1_024
    }
}
