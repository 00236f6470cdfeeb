package import AssistantCore
package import Knowledge

/// Sums up a document with a model of this device: each section by itself, and then all of them from what was said of each.
///
/// What it says of the sections is part of the answer, so that whoever stops it keeps what was read until then.
package struct SectionSummaryModel: LanguageModel {
    private let model: any LanguageModel
    private let sections: [DocumentSection]

    /// Bytes of a section's text that a model with a window of so many tokens reads at once: at most half of it.
    package static func sectionBytes(window: Int) -> Int { max(600, min(3_000, window * 3 / 2)) }
    /// More sections would take minutes on a small device.
    package static let mostSections = 16

    package init(_ model: any LanguageModel, _ sections: [DocumentSection]) {
        self.model = model
        self.sections = sections
    }

    package var identity: ModelIdentity { model.identity }

    package func countTokens(_ prompt: GenerationRequest.Prompt) async throws -> Int {
        try await model.countTokens(prompt)
    }

    package func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        let (stream, events) = AsyncThrowingStream<GenerationEvent, any Error>.makeStream()
        let work = Task { [model, sections] in
            do {
                var run = SummaryRun(model: model, request: request) { events.yield($0) }
                try await run.sum(up: sections)
                events.finish()
            } catch {
                events.finish(throwing: error)
            }
        }
        events.onTermination = { _ in work.cancel() }
        return stream
    }
}

/// One summary at work.
private struct SummaryRun {
    private static let task = "Say in one or two sentences what this text says."
    /// Of what is said of a section.
    private static let sectionTokens = 96
    /// What a chat template puts around a message, and room to spare.
    private static let tokensAround = 64

    let model: any LanguageModel
    let request: GenerationRequest
    let tell: (GenerationEvent) -> Void

    private let start = ContinuousClock.now
    private var opening = ""
    private var prefill = PrefillStatistics(promptTokens: 0, reusedTokens: 0, duration: .zero)
    private var summary = GenerationSummary(
        stop: .eos, generatedTokens: 0, timeToFirstToken: nil, decodeDuration: .zero, contextTokens: 0)

    init(model: any LanguageModel, request: GenerationRequest, tell: @escaping (GenerationEvent) -> Void) {
        (self.model, self.request, self.tell) = (model, request, tell)
    }

    mutating func sum(up sections: [DocumentSection]) async throws {
        guard let only = sections.first, sections.count > 1 else {
            try await answer([sections.first?.text ?? ""], question, tokens: request.maxTokens)
            return finish()
        }
        var notes: [String] = []
        for (place, section) in sections.enumerated() {
            let title = "\(place + 1)/\(sections.count) \(section.title)"
            say("### \(title)\n")
            let note = try await answer([section.text], Self.task, tokens: Self.sectionTokens)
            guard !Task.isCancelled else { return }
            notes.append(section.title.isEmpty ? note : section.title + ": " + note)
            say("\n\n")
        }
        say("### " + (only.passages.first?.document ?? "") + "\n")
        try await answer(notes, question, tokens: request.maxTokens)
        finish()
    }

    private func finish() {
        guard !Task.isCancelled else { return }
        tell(.finished(summary))
    }

    /// What the person wants.
    private var question: String {
        switch request.prompt {
        case .chat(let messages): messages.last?.text ?? ""
        case .raw(let text): text
        }
    }

    private var systemMessages: [Message] {
        if case .chat(let messages) = request.prompt { messages.filter { $0.role == .system } } else { [] }
    }

    /// Words of the program itself between what the model says. Before the model's first word they wait for it, so that what
    /// is measured to the first word is the model's.
    private mutating func say(_ text: String) {
        guard summary.timeToFirstToken != nil else {
            opening += text
            return
        }
        tell(
            .token(GeneratedToken(id: -1, text: text, logProbability: .nan, entropy: .nan, margin: .nan)))
    }

    /// Lets the model answer from texts, which are cut where they do not fit into its window. Returns what it says.
    @discardableResult
    private mutating func answer(_ texts: [String], _ question: String, tokens: Int) async throws -> String {
        let prompt = try await fitted(texts, question, tokens: min(tokens, model.identity.contextLength / 3))
        var part = request
        part.prompt = prompt
        part.maxTokens = min(tokens, model.identity.contextLength / 3)
        var said = ""
        for try await event in model.generate(part) {
            switch event {
            case .prefilled(let statistics):
                prefill.promptTokens += statistics.promptTokens
                prefill.reusedTokens += statistics.reusedTokens
                prefill.duration += statistics.duration
                tell(.prefilled(prefill))
            case .token(let token):
                said += token.text
                var token = token
                if summary.timeToFirstToken == nil {
                    summary.timeToFirstToken = start.duration(to: .now)
                    token.text = opening + token.text
                }
                tell(.token(token))
            case .rolledBack(let rollback):
                said = String(decoding: said.utf8.dropLast(rollback.textBytes), as: UTF8.self)
                tell(event)
            case .finished(let end):
                summary.generatedTokens += end.generatedTokens
                summary.decodeDuration += end.decodeDuration
                summary.contextTokens = end.contextTokens
                summary.seed = end.seed
                if end.stop == .length { say("\u{2026}") }
            case .contextTrimmed, .prefilling, .scored, .failedOver: tell(event)
            }
        }
        return said
    }

    /// The texts and the question behind them, as long as the window allows: of each text its beginning.
    private func fitted(_ texts: [String], _ question: String, tokens: Int) async throws -> GenerationRequest.Prompt {
        var texts = texts
        while true {
            let message = Message(.user, texts.joined(separator: "\n\n") + "\n\n" + question)
            let prompt = GenerationRequest.Prompt.chat(systemMessages + [message])
            let count = try await model.countTokens(prompt)
            let room = model.identity.contextLength - tokens - Self.tokensAround
            guard count > room, texts.contains(where: { $0.utf8.count > 40 }) else { return prompt }
            let share = max(0.1, min(0.9, Double(room) / Double(count)))
            texts = texts.map { String($0.prefix(max(20, Int(Double($0.count) * share)))) }
        }
    }
}
