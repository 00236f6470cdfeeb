import Foundation
import Testing

@testable import Routing

@Suite("PII: false alarms")
struct PIIFalseAlarmTests {
    /// 1,300 lines of licences and logs, and 700 of this repository's own sources, evenly chosen.
    private func ordinaryLines() throws -> [Substring] {
        let file = try #require(Bundle.module.url(forResource: "Fixtures/ordinary", withExtension: "txt"))
        let kept = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../Sources")
            .standardized
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL }
            // Comments of the privacy rules are full of examples.
            .filter { ["swift", "c", "h"].contains($0.pathExtension) && !$0.path.contains("/Privacy/") }
            .sorted { $0.path < $1.path }
        var code: [Substring] = []
        for file in files ?? [] {
            let text = try String(contentsOf: file, encoding: .utf8)
            code += text.split(separator: "\n").filter { $0.count > 25 }
        }
        try #require(code.count > 10_000)
        let chosen: [Substring] = (0..<700).map { code[$0 * code.count / 700] }
        return kept + chosen
    }

    @Test("Of 2,000 sentences and lines of ordinary text, code and logs at most one in a hundred is changed")
    func ordinaryText() throws {
        let lines = try ordinaryLines()
        #expect(lines.count == 2_000)
        let alarms = lines.filter { !PIIScanner().scan(String($0)).isEmpty }
        #expect(alarms.count <= lines.count / 100, "\(alarms.joined(separator: "\n"))")
    }
}
