/// What a metric is called, what it counts, and how it is shown. What is not in the table is not recorded.
package struct MetricDefinition: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case counter
        case gauge
        /// - Parameter bounds: upper bounds of the buckets, rising; the last bucket has none.
        case histogram(bounds: [Double])
    }

    /// As the OpenTelemetry conventions write names.
    package let name: String
    package let kind: Kind
    /// Of the Unified Code for Units of Measure; in braces what is only counted.
    package let unit: String
    /// One sentence.
    package let meaning: String

    init(_ name: String, _ kind: Kind, _ unit: String, _ meaning: String) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.meaning = meaning
    }

    /// The bounds that the conventions advise for times of generative models, in seconds.
    private static let seconds = (0..<14).map { 0.01 * Double(1 << $0) }
    /// The same for tokens.
    private static let tokens = (0..<14).map { Double(1 << (2 * $0)) }
    private static let shares = (1...20).map { Double($0) / 20 }

    package static let all = [
        // Names of the conventions for generative models.
        MetricDefinition(
            "gen_ai.client.token.usage", .histogram(bounds: tokens), "{token}",
            "Tokens of a prompt or an answer."),
        MetricDefinition(
            "gen_ai.client.operation.duration", .histogram(bounds: seconds), "s",
            "Time of one operation of a model, on this device or in the cloud."),
        MetricDefinition(
            "gen_ai.client.operation.time_to_first_chunk", .histogram(bounds: seconds), "s",
            "Time to the first token of an answer, on this device or in the cloud."),
        MetricDefinition(
            "gen_ai.invoke_agent.duration", .histogram(bounds: seconds), "s", "Time of a whole turn."),
        // Brim's own.
        MetricDefinition("brim.turns", .counter, "{turn}", "Turns by where the answer came from and how they ended."),
        MetricDefinition("brim.escalations", .counter, "{turn}", "Turns that the cloud answered, by the reason."),
        MetricDefinition("brim.unsure", .counter, "{turn}", "Turns whose answer stood for want of a better one."),
        MetricDefinition("brim.cache.hits", .counter, "{turn}", "Turns that were answered with an earlier answer."),
        MetricDefinition("brim.cost.usd", .counter, "{USD}", "US dollars for the cloud."),
        MetricDefinition("brim.verdicts", .counter, "{answer}", "Answers that somebody judged."),
        MetricDefinition("brim.confidence", .histogram(bounds: shares), "1", "How sure answers of this device were."),
        MetricDefinition("brim.device.memory.available", .gauge, "By", "Memory that programs can have."),
        MetricDefinition(
            "brim.device.memory.pressure", .gauge, "1",
            "Share of the last ten seconds in which something waited for memory."),
        MetricDefinition("brim.device.swap.used", .gauge, "By", "Swap in use."),
        MetricDefinition("brim.device.temperature", .gauge, "Cel", "Heat of the processor."),
        MetricDefinition("brim.device.throttled", .gauge, "", "Whether heat or power slow the processor down now."),
        MetricDefinition("brim.device.power", .gauge, "W", "Power that the device takes."),
        MetricDefinition("brim.update.release", .gauge, "", "One for each release that runs."),
        MetricDefinition("brim.update.quarantined", .gauge, "", "One for each release that failed on this device."),
        MetricDefinition(
            "brim.update.trial", .gauge, "", "One for each release that is or was on trial, by its state."),
        MetricDefinition("brim.update.last_check.timestamp", .gauge, "s", "When the repository was last asked."),
        MetricDefinition("brim.update.problem", .gauge, "", "Whether nothing can be taken from the repository."),
    ]

    package static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
