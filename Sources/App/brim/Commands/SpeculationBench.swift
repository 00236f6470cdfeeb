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
        var quoted: Double
        var ratio: Double
        var range: [Double]
        var same_text: Bool
    }

    /// Tokens of an answer at most.
    private static let length = 192

    private static let hats = """
        The edge of a hat is called its brim. A wide brim keeps the sun and the rain away, and a narrow one is worn for \
        looks. Felt, straw, and wool are the usual materials, and a ribbon covers the seam where the brim meets the crown. \
        Hats with a brim have been worn for more than two thousand years by farmers, soldiers, and kings alike.
        """

    private static let pancakes = """
        Mix the flour with the sugar and a pinch of salt. Add two eggs and stir until the dough is smooth. Pour in the milk \
        slowly, and let it rest for half an hour. Heat a little butter in a pan and bake thin pancakes on both sides. Serve \
        them warm with jam or honey.
        """

    private static let visitors = """
        Visitors are asked to sign the book at the entrance. Coats and large bags are left in the cloakroom, which is free \
        of charge. Photographs may be taken without a flash. Food and drinks are not allowed in the rooms. The last tour \
        starts at four o'clock, and the museum closes at five.
        """

    /// How much of its question an answer really quotes is measured: it is the model's choice.
    private static let cases = [
        Case(name: "repeats", question: "Repeat the following text word for word.\n\n" + hats),
        Case(name: "copies", question: "Copy this text.\n\n" + pancakes),
        Case(name: "reworks", question: "Copy this text.\n\n" + visitors),
        Case(name: "explains", question: "Explain how a bicycle stays upright."),
        Case(name: "invents", question: "Write a short poem about a lighthouse in winter."),
        Case(name: "lists", question: "Name ten things that one can do on a rainy day."),
    ]

    /// An answer that quotes no more of its question is no matter of look-up.
    private static let hardlyQuoted = 0.2

    /// - Returns: how many times faster guessing ahead was over the answers that hardly quote (geometric mean): what a draft
    ///   is good for. `nil` where all quoted.
    func run(_ engine: LocalEngine) async throws -> Double? {
        var logarithms: [Double] = []
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
                answer: item.name, tokens: samples.first?.tokens ?? 0, quoted: samples.first?.quoted ?? 0,
                ratio: ratios.median ?? 0, range: [ratios.first ?? 0, ratios.last ?? 0],
                same_text: samples.allSatisfy(\.isSame))
            if row.quoted < Self.hardlyQuoted, row.ratio > 0 { logarithms.append(log(row.ratio)) }
            if json { try JSONLines.write(row) } else { try show(row) }
        }
        return logarithms.isEmpty ? nil : exp(logarithms.reduce(0, +) / Double(logarithms.count))
    }

    private func show(_ row: Row) throws {
        try Terminal.writeLine(
            row.answer.padding(toLength: 10, withPad: " ", startingAt: 0)
                + String(
                    format: "%4d tokens, %3.0f %% quoted  × %.2f  (%.2f … %.2f)  %@", row.tokens, row.quoted * 100,
                    row.ratio, row.range[0], row.range[1],
                    row.same_text ? "the same text" : "ANOTHER TEXT: please report this"))
    }
}
