import AssistantCore
import Foundation
import Testing

@testable import ExactTools

/// Lists of questions, each with what its answer has to be.
@Suite struct QuestionListTests {
    private static let tools = ExactTools(
        // 2026-11-23T17:44:12Z, a Monday.
        now: Timestamp(millisecondsSince1970: 1_795_455_852_000), utcOffset: .seconds(3_600))

    private static func lines(of name: String) throws -> [Substring] {
        let parts = name.split(separator: ".").map(String.init)
        return try lines(at: #require(Bundle.module.url(forResource: "Fixtures/\(parts[0])", withExtension: parts[1])))
    }

    private static func lines(at file: URL) throws -> [Substring] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
    }

    /// `question => answer`
    private static func pairs(of name: String) throws -> [(question: String, answer: String)] {
        try lines(of: name).map { line in
            let parts = line.split(separator: " => ", maxSplits: 1)
            try #require(parts.count == 2, "\(line)")
            return (String(parts[0]), String(parts[1]))
        }
    }

    @Test("What programs like this one answered wrongly is answered rightly, or left to the model")
    func field() throws {
        let pairs = try Self.pairs(of: "field.txt")
        #expect(pairs.count > 300)
        for (question, answer) in pairs {
            #expect(Self.tools.answer(question)?.text ?? "-" == answer, "\(question)")
        }
    }

    @Test("What people type when they want something worked out is understood, all of it")
    func everyday() throws {
        let pairs = try Self.pairs(of: "everyday.txt")
        #expect(pairs.count >= 150)
        for (question, end) in pairs {
            let text = Self.tools.answer(question)?.text
            #expect(text?.hasSuffix(end) == true, "\(question): \(text ?? "not understood")")
        }
    }

    /// By Python and GNU units; `make exact-tools` makes ten thousand others and reads them here.
    @Test(
        "Generated questions are answered as the reference implementations answer them, and those without an answer not"
    )
    func generated() throws {
        let named = ProcessInfo.processInfo.environment["BRIM_EXACT_QUESTIONS"]
        let lines = try named.map { try Self.lines(at: URL(fileURLWithPath: $0)) } ?? Self.lines(of: "generated.tsv")
        #expect(lines.count >= 1_000)
        var notUnderstood = 0
        for line in lines {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            try #require(fields.count >= 3, "\(line)")
            let text = Self.tools.answer(fields[0])?.text
            if text == nil, fields[1] != "-" { notUnderstood += 1 }
            #expect(Self.isRight(text, fields), "\(line): \(text ?? "not understood")")
        }
        #expect(notUnderstood == 0)
        if named != nil { print("\(lines.count) questions, \(notUnderstood) not understood") }
    }

    /// Whether an answer is what the fields of a line ask for; see `Tests/Support/exact-questions`.
    private static func isRight(_ text: String?, _ fields: [String]) -> Bool {
        guard fields[1] != "-" else { return text == nil }
        guard let text else { return false }
        guard fields[1] == "~" else { return text.hasSuffix(fields[2]) }
        guard let equals = text.lastIndex(where: { "=≈".contains($0) }), let wanted = Double(fields[2]) else {
            return false
        }
        let result = text[equals...].dropFirst(2)
        let digits = result.prefix { $0.isNumber || ".-".contains($0) }
        guard let value = Double(digits) else { return false }
        let name = fields.count > 3 && !fields[3].isEmpty ? " " + fields[3] : ""
        return abs(value - wanted) <= 1e-9 * abs(wanted) && result.dropFirst(digits.count) == name
    }
}
