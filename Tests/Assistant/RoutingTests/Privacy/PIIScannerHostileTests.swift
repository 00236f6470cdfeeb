import TestSupport
import Glibc
import Testing

@testable import Routing

@Suite("PII: hostile text")
struct PIIScannerHostileTests {
    /// Patterns that make a careless scanner look at the same bytes again and again.
    static let patterns = [
        "1", "1 ", "1.", "1-", "12:", "1234 ", "4111 ", "00 1", ":", "::", "a:", "1:", "@", "a@", "a.", "@a.", "a-",
        "://",
        "://a@", "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "sk-", "-sk-", "--sk-", "eyJ.", "eyJaaaaaaaaaa.",
        "--eyJ",
        "password=", "password=.", "--password=a1.", "token:", "Bearer ", "Bearer a1", "<EMAIL_", "<EMAIL_1", "<",
        "&lt;",
        "\\", "+1", "+", "(1", "( 1", "(", "Mr ", "Mr A", "my name is ", "DE12", "DE12 ", "AB12", "X1", "a", "ä", "漢",
        "\u{200B}1",
        "１", "٣", "fe80:", "ff:", "ff-", "tel 1 ", "ssn 1 ", "-", "_", "=", "\u{1F600}", "e\u{301}",
    ]

    /// Of a scanner that looks back or ahead without bound, eight times the text would cost 64 times as much. Processor time
    /// of this thread is compared with itself, so the machine's load plays no part.
    @Test("Eight times as much of any pattern costs about eight times as much", arguments: patterns)
    func scales(pattern: String) {
        let short = leastCost(of: pattern, bytes: 2_048)
        let long = leastCost(of: pattern, bytes: 16_384)
        #expect(long / short < 24, "\(pattern.debugDescription): \(short) s, then \(long) s")
    }

    @Test("A megabyte of digits, colons or at-signs is scanned", arguments: "1:@")
    func megabyte(character: Character) {
        let text = String(repeating: character, count: 1_048_576)
        expectSound(PIIScanner().scan(text), in: text)
    }

    /// The least processor time of two scans, in seconds.
    private func leastCost(of pattern: String, bytes: Int) -> Double {
        let text = String(repeating: pattern, count: bytes / pattern.utf8.count)
        return (0..<2).map { _ in
            let start = threadSeconds()
            let findings = PIIScanner().scan(text)
            let cost = threadSeconds() - start
            expectSound(findings, in: text)
            return cost
        }
        .min() ?? 0
    }

    private func threadSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    @Test("Any bytes give findings that are whole characters, in order and without overlap")
    func randomText() {
        var random = SeededGenerator(seed: 3)
        let pieces = Self.patterns + ["4111111111111111", "a@b.com", "+49 30 1234567", "\n", " ", "é", "👩‍👩‍👧", "%", "\0"]
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 0..<20, using: &random)).map { _ in random.pick(pieces) }.joined()
            expectSound(PIIScanner().scan(text), in: text)
        }
    }

    private func expectSound(_ findings: [PIIFinding], in text: String) {
        let utf8 = Array(text.utf8)
        func isBoundary(_ offset: Int) -> Bool { offset == utf8.count || utf8[offset] & 0xC0 != 0x80 }
        var end = 0
        for finding in findings {
            let range = finding.range
            let isSound = range.lowerBound >= end && range.upperBound <= utf8.count && !range.isEmpty
            guard isSound, isBoundary(range.lowerBound), isBoundary(range.upperBound) else {
                Issue.record("\(finding) after \(end) in \(text.prefix(200).debugDescription)")
                return
            }
            end = range.upperBound
        }
    }
}
