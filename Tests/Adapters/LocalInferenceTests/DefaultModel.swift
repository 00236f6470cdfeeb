import AssistantCore
import Foundation

@testable import LocalInference

/// The default model, loaded once for each context length that tests ask for.
enum DefaultModel {
    struct Missing: Error, CustomStringConvertible {
        let description = "models/SmolLM2-135M-Instruct.Q4_1.gguf is not there: run make models"
    }

    private static let whole = Task { try await LocalModel.load(path: path(), options: .init(threads: 1)) }
    private static let small = Task {
        try await LocalModel.load(path: path(), options: .init(threads: 1, contextLength: 160))
    }

    static func load() async throws -> LocalModel { try await whole.value }

    /// With a context of 160 tokens.
    static func loadSmall() async throws -> LocalModel { try await small.value }

    static func path() throws -> String {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let file = package.appending(path: "models/SmolLM2-135M-Instruct.Q4_1.gguf").path
        guard FileManager.default.fileExists(atPath: file) else { throw Missing() }
        return file
    }
}

/// What came out of a generation.
struct Transcript {
    var events: [GenerationEvent] = []

    var tokens: [GeneratedToken] {
        events.compactMap { if case .token(let token) = $0 { token } else { nil } }
    }
    var text: String { tokens.map(\.text).joined() }
    var prefill: PrefillStatistics? {
        events.lazy.compactMap { if case .prefilled(let statistics) = $0 { statistics } else { nil } }.first
    }
    var summary: GenerationSummary? {
        events.lazy.compactMap { if case .finished(let summary) = $0 { summary } else { nil } }.first
    }
    var droppedMessages: Int? {
        events.lazy.compactMap { if case .contextTrimmed(let count) = $0 { count } else { nil } }.first
    }
}

extension LanguageModel {
    func answer(_ request: GenerationRequest) async throws -> Transcript {
        var transcript = Transcript()
        for try await event in generate(request) { transcript.events.append(event) }
        return transcript
    }
}
