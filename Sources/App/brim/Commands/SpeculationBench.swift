import AssistantCore
import Foundation
import LocalInference

/// `brim bench --speculation`: answers decoded plainly and with guesses ahead, in turn.
struct SpeculationBench {
    let repeats: Int
    let json: Bool
    let draft: LocalModel?

    private struct Case {
        let name: String
        let question: String
    }

    private struct Row: Encodable {
        var answer: String
        var tokens: Int
        var ratio: Double
        var range: [Double]
        var same_text: Bool
    }

    /// Tokens of an answer at most.
    private static let length = 192

    private static let notice = """
        Dear guests, breakfast is served from seven to ten in the hall on the ground floor. The pool is open until nine in \
        the evening. Please leave wet towels in the basket by the door. A bus to the old town stops in front of the hotel \
        every twenty minutes. Keys are returned at the desk before eleven on the day of departure. We wish you a pleasant stay.
        """

    private static let cases = [
        Case(
            name: "repeats",
            question: """
                Repeat the following text word for word.

                The edge of a hat is called its brim. A wide brim keeps the sun and the rain away, and a narrow one is \
                worn for looks. Felt, straw and wool are the usual materials, and a ribbon covers the seam where the brim \
                meets the crown. Hats with a brim have been worn for more than two thousand years, by farmers, soldiers \
                and kings alike. In the north they were made of fur, in the south of palm leaves, and along the coast of \
                whatever the ships brought home. A hatter takes nine days for a good one, and a good one lasts a lifetime.
                """),
        Case(name: "quotes", question: "Repeat the first three sentences of this notice.\n\n" + notice),
        Case(name: "copies", question: notice + "\n\nWrite the text above again without changing it."),
        Case(name: "explains", question: "Explain how a bicycle stays upright."),
        Case(name: "invents", question: "Write a short poem about a lighthouse in winter."),
        Case(name: "lists", question: "Name ten things that one can do on a rainy day."),
    ]

    func run(_ engine: LocalEngine) async throws {
        for (number, item) in Self.cases.enumerated() {
            var samples: [SpeculationSample] = []
            for _ in 0..<repeats {
                Terminal.progress("answer \(number + 1) of \(Self.cases.count), four times…")
                samples.append(
                    try await engine.compareSpeculation(
                        [Message(.user, item.question)], maxTokens: Self.length, draft: draft))
            }
            Terminal.endProgress()
            let ratios = samples.map(\.ratio).sorted()
            let row = Row(
                answer: item.name, tokens: samples.first?.tokens ?? 0, ratio: ratios.median ?? 0,
                range: [ratios.first ?? 0, ratios.last ?? 0], same_text: samples.allSatisfy(\.isSame))
            if json { try JSONLines.write(row) } else { try show(row) }
        }
    }

    private func show(_ row: Row) throws {
        try Terminal.writeLine(
            row.answer.padding(toLength: 10, withPad: " ", startingAt: 0)
                + String(
                    format: "%4d tokens  × %.2f  (%.2f … %.2f)  %@", row.tokens, row.ratio, row.range[0], row.range[1],
                    row.same_text ? "the same text" : "ANOTHER TEXT: please report this"))
    }
}
