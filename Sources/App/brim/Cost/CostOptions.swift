import ArgumentParser
import AssistantCore
import CostModel

/// The assumptions of a cost model, as the command line gives them. Each goes over what was measured or configured.
struct CostOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("What board, supply, card and case cost together.", valueName: "USD"), transform: Self.money)
    var hardware: Money?
    @Option(help: ArgumentHelp("Over how many months that is spread.", valueName: "months")) var lifetimeMonths: Int?
    @Option(help: ArgumentHelp("What the device takes on average, where no sensor says so.", valueName: "W"))
    var watts: Double?
    @Option(help: ArgumentHelp("What a kilowatt-hour costs.", valueName: "USD"), transform: Self.money)
    var powerPrice: Money?
    @Option(help: ArgumentHelp("What looking after the device costs a month.", valueName: "USD"), transform: Self.money)
    var upkeep: Money?
    @Option(help: ArgumentHelp("How long the device is on in the month; by default all of it.", valueName: "hours"))
    var hours: Double?
    @Option(help: ArgumentHelp("Answers a month, in place of those that were counted.", valueName: "count"))
    var inferences: Double?
    @Option(
        help: ArgumentHelp("The share that the device keeps, 0 to 1, in place of the measured one.", valueName: "share")
    )
    var kept: Double?
    @Option(help: ArgumentHelp("What an answer of the cloud costs.", valueName: "USD"), transform: Self.price)
    var perInference: Double?
    @Option(
        help: ArgumentHelp("The cloud's price for a million tokens in and out.", valueName: "USD,USD"),
        transform: Self.tokenPrice)
    var price: CloudPrice?
    @Option(help: ArgumentHelp("Tokens of a question, where none were counted.", valueName: "count"))
    var promptTokens: Double?
    @Option(help: ArgumentHelp("Tokens of an answer, where none were counted.", valueName: "count"))
    var answerTokens: Double?
    @Option(help: ArgumentHelp("What a contract takes off the price.", valueName: "percent")) var discountPercent:
        Double?
    @Option(help: ArgumentHelp("What reserved capacity costs a month.", valueName: "USD"), transform: Self.money)
    var reserved: Money?
    @Option(help: ArgumentHelp("Answers a month that the reserved capacity covers.", valueName: "count"))
    var reservedInferences: Double?

    func validate() throws {
        try Self.check(watts, "--watts", 0...10_000)
        try Self.check(hours, "--hours", 0...744)
        try Self.check(inferences, "--inferences", 0...1e12)
        try Self.check(kept, "--kept", 0...1)
        try Self.check(promptTokens, "--prompt-tokens", 0...1e7)
        try Self.check(answerTokens, "--answer-tokens", 0...1e7)
        try Self.check(discountPercent, "--discount-percent", 0...100)
        try Self.check(reservedInferences, "--reserved-inferences", 0...1e12)
        try Self.check(lifetimeMonths.map(Double.init), "--lifetime-months", 1...600)
    }

    private static func check(_ value: Double?, _ flag: String, _ range: ClosedRange<Double>) throws {
        guard let value, !range.contains(value) else { return }
        throw ValidationError(
            "\(flag) takes \(CostText.significantOrWhole(range.lowerBound)) to \(CostText.significantOrWhole(range.upperBound))"
        )
    }

    @Sendable private static func money(_ text: String) throws -> Money {
        guard let amount = Money(decimal: text), amount >= .zero else {
            throw ValidationError("an amount is US dollars such as 2.50, not \(text)")
        }
        return amount
    }

    /// Finer than a micro-dollar: many answers cost less than that.
    @Sendable private static func price(_ text: String) throws -> Double {
        guard let amount = Double(text), amount.isFinite, (0...1_000).contains(amount) else {
            throw ValidationError("--per-inference takes US dollars such as 0.0006, not \(text)")
        }
        return amount
    }

    @Sendable private static func tokenPrice(_ text: String) throws -> CloudPrice {
        let parts = text.split { $0 == "," || $0 == " " }.map { Money(decimal: $0) }
        guard parts.count == 2, let input = parts[0], let output = parts[1], min(input, output) >= .zero else {
            throw ValidationError("--price takes two amounts for a million tokens, such as 0.15,0.60")
        }
        return CloudPrice(inputPerMillion: input, outputPerMillion: output)
    }
}

extension CostText {
    /// A number as a range of an option shows it.
    static func significantOrWhole(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? grouped(Int64(value)) : significant(value)
    }
}
