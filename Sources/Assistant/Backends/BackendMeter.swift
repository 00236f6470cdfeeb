package import AssistantCore

/// Measures a backend with one short answer.
package enum BackendMeter {
    static let question = GenerationRequest(
        .chat([Message(.user, "Name the seven colours of the rainbow, and say in a sentence where they come from.")]),
        maxTokens: 48)

    /// - Parameter watts: what the device takes now; asked while it answers.
    /// - Throws: what the model throws; `CancellationError` where it gave no answer at all.
    package static func measure(
        _ model: any LanguageModel, watts: () async -> Double? = { nil }
    ) async throws -> BackendMeasurement {
        let start = ContinuousClock.now
        var first: ContinuousClock.Instant?
        var tokens = 0
        var power: Double?
        for try await event in model.generate(question) {
            guard case .token = event else { continue }
            tokens += 1
            if first == nil { first = .now }
            if tokens == 8 { power = await watts() }
        }
        guard let first else { throw CancellationError() }
        let decoding = (ContinuousClock.now - first).inSeconds
        return BackendMeasurement(
            model: model.identity.name, firstTokenSeconds: (first - start).inSeconds,
            tokensPerSecond: tokens > 1 && decoding > 0 ? Double(tokens - 1) / decoding : nil, watts: power)
    }
}
