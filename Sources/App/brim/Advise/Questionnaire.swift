import Advice
import Foundation
import Routing
import Yams

/// The answers to the questions of `brim advise`, from a file or from whoever sits at the terminal.
struct Questionnaire {
    /// One question.
    private struct Item {
        var key: String
        var question: String
        var takes: String
        /// Taken where the person just presses Enter.
        var usual: String
    }

    private static let items = [
        Item(
            key: "first_token_seconds", question: "After how many seconds has the first word to be there?",
            takes: "seconds, or any", usual: "any"),
        Item(key: "answers_a_month", question: "How many answers a month?", takes: "a number from 1 on", usual: "1000"),
        Item(
            key: "people_at_once", question: "How many people ask at the same time?", takes: "a whole number from 1 on",
            usual: "1"),
        Item(
            key: "stay", question: "What may not leave the device?",
            takes: "nothing, everything, or classes: " + DataClass.allCases.map(\.rawValue).joined(separator: ", "),
            usual: "nothing"),
        Item(
            key: "context_tokens",
            question: "How long is the longest question with its text, in tokens (4 letters each)?",
            takes: "a whole number from 1 on", usual: "500"),
        Item(
            key: "connectivity", question: "How is the network?", takes: words(Workload.Connectivity.self),
            usual: "reliable"),
        Item(
            key: "operators", question: "Who looks after the device?", takes: words(Workload.Operator.self),
            usual: "staff"),
        Item(
            key: "questions", question: "How hard are the questions?", takes: words(Workload.Difficulty.self),
            usual: "general"),
        Item(
            key: "budget_usd", question: "What may the cloud cost a month?", takes: "US dollars, or any", usual: "any"),
    ]

    /// The lines of a file, as the help shows them.
    static var example: String {
        items.map { "  \($0.key): \($0.usual)".padding(toLength: 31, withPad: " ", startingAt: 0) + "# \($0.takes)" }
            .joined(separator: "\n")
    }

    private var answers: [String: [String]] = [:]
    private var name = "the answers"

    // MARK: Reading

    /// Reads a file; throws ``CommandFailure`` with the line of what cannot be.
    init(yaml bytes: Data, name: String) throws {
        self.name = name == "-" ? "the standard input" : name
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("\(self.name) is no UTF-8 text; write the file in UTF-8")
        }
        // Names that stand for lists of names can stand for more than a machine holds, and nobody needs them here.
        guard !text.contains(where: { "&*!".contains($0) }) else {
            throw CommandFailure("\(self.name) uses aliases or tags; write the values out")
        }
        let root: Node?
        do {
            root = try Parser(yaml: text).singleRoot()
        } catch {
            throw CommandFailure(
                "\(self.name) is no YAML: write one line for each answer, such as answers_a_month: 1000")
        }
        guard case .mapping(let mapping)? = root else {
            throw CommandFailure(
                "\(self.name) holds no answers: write one line for each, such as answers_a_month: 1000")
        }
        for (key, value) in mapping {
            let line = key.mark?.line ?? 1
            guard let word = key.scalar?.string, Self.items.contains(where: { $0.key == word }) else {
                throw CommandFailure(
                    "\(self.name):\(line): this is no question of brim advise; brim help advise lists them")
            }
            guard answers[word] == nil else { throw CommandFailure("\(self.name):\(line): \(word) stands twice") }
            let values =
                value.sequence.map { $0.compactMap { $0.scalar?.string } } ?? value.scalar.map { [$0.string] } ?? []
            answers[word] = values
        }
    }

    private init() {}

    /// Asks on the terminal; an answer that cannot be is asked for again.
    static func ask() throws -> Workload {
        var questionnaire = Questionnaire()
        for item in items {
            while true {
                Terminal.writeError("\(item.question) (\(item.takes)) [\(item.usual)]")
                guard let line = readLine() else { throw CancellationError() }
                let answer = line.trimmingCharacters(in: .whitespaces)
                questionnaire.answers[item.key] = (answer.isEmpty ? item.usual : answer)
                    .split { $0 == "," || $0 == " " }.map(String.init)
                do {
                    try questionnaire.check(item)
                    break
                } catch {
                    Terminal.writeError("\(error)")
                }
            }
        }
        return try questionnaire.workload()
    }

    // MARK: Values

    /// Throws ``CommandFailure`` for the first answer that is missing or cannot be.
    func workload() throws -> Workload {
        Workload(
            firstTokenSeconds: try number("first_token_seconds", in: 0.001...86_400),
            answersPerMonth: try needed("answers_a_month", in: 1...1e12),
            concurrency: Int(try needed("people_at_once", in: 1...1e6, isWhole: true)), stay: try stay(),
            contextTokens: Int(try needed("context_tokens", in: 1...1e9, isWhole: true)),
            connectivity: try choice("connectivity"), operators: try choice("operators"),
            difficulty: try choice("questions"), budgetUSD: try number("budget_usd", in: 0...1e9))
    }

    private func check(_ item: Item) throws {
        switch item.key {
        case "first_token_seconds": _ = try number(item.key, in: 0.001...86_400)
        case "budget_usd": _ = try number(item.key, in: 0...1e9)
        case "answers_a_month": _ = try needed(item.key, in: 1...1e12)
        case "people_at_once": _ = try needed(item.key, in: 1...1e6, isWhole: true)
        case "context_tokens": _ = try needed(item.key, in: 1...1e9, isWhole: true)
        case "connectivity": let _: Workload.Connectivity = try choice(item.key)
        case "operators": let _: Workload.Operator = try choice(item.key)
        case "questions": let _: Workload.Difficulty = try choice(item.key)
        default: _ = try stay()
        }
    }

    private func word(_ key: String) throws -> String {
        guard let values = answers[key] else {
            throw CommandFailure("\(name) does not answer \(key); it takes \(takes(key))")
        }
        guard values.count == 1 else { throw wrong(key) }
        return values[0].lowercased()
    }

    private func takes(_ key: String) -> String { Self.items.first { $0.key == key }?.takes ?? "" }

    private func wrong(_ key: String) -> CommandFailure { CommandFailure("\(key) takes \(takes(key))") }

    /// `nil` for `any`.
    private func number(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
        try word(key) == "any" ? nil : try needed(key, in: range)
    }

    private func needed(_ key: String, in range: ClosedRange<Double>, isWhole: Bool = false) throws -> Double {
        guard let value = Double(try word(key)), range.contains(value), !isWhole || value == value.rounded() else {
            throw wrong(key)
        }
        return value
    }

    private func choice<Choice: RawRepresentable>(_ key: String) throws -> Choice where Choice.RawValue == String {
        guard let value = Choice(rawValue: try word(key)) else { throw wrong(key) }
        return value
    }

    private func stay() throws -> Workload.Stay {
        guard let values = answers["stay"]?.map({ $0.lowercased() }), !values.isEmpty else {
            throw CommandFailure("\(name) does not answer stay; it takes \(takes("stay"))")
        }
        switch values {
        case ["nothing"]: return .nothing
        case ["everything"]: return .everything
        default:
            guard values.allSatisfy({ DataClass(rawValue: $0) != nil }) else { throw wrong("stay") }
            return .classes(values)
        }
    }

    private static func words<Choice: RawRepresentable & CaseIterable>(_: Choice.Type) -> String
    where Choice.RawValue == String {
        Choice.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
