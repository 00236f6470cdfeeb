import AssistantCore
import HailoOllamaDouble

@testable import Hat

extension OllamaTimeouts {
    /// For whatever does not stall: a busy machine is no reason to fail.
    static var long: OllamaTimeouts {
        var timeouts = OllamaTimeouts()
        timeouts.answer = .seconds(600)
        timeouts.firstText = .seconds(600)
        timeouts.stall = .seconds(600)
        return timeouts
    }

    /// For one that stalls.
    static var short: OllamaTimeouts {
        var timeouts = OllamaTimeouts()
        timeouts.firstText = .seconds(4)
        timeouts.stall = .seconds(4)
        return timeouts
    }
}

extension HatLanguageModel {
    /// The first model of a stand-in.
    convenience init(_ double: HailoOllamaDouble, timeouts: OllamaTimeouts = .long) throws {
        self.init(HailoOllamaDouble.models[0], at: try HatAddress(double.url), timeouts: timeouts)
    }
}

/// An answer as far as it came.
struct Heard {
    var text = ""
    var summary: GenerationSummary?
    var trimmed = 0
    var error: HatError?

    static func answer(_ model: HatLanguageModel, _ request: GenerationRequest) async throws -> Heard {
        var heard = Heard()
        do {
            for try await event in model.generate(request) { heard.take(event) }
        } catch let error as HatError {
            heard.error = error
        }
        return heard
    }

    static func answer(_ model: HatLanguageModel, _ messages: Message...) async throws -> Heard {
        try await answer(model, GenerationRequest(.chat(messages)))
    }

    private mutating func take(_ event: GenerationEvent) {
        switch event {
        case .token(let token): text += token.text
        case .finished(let summary): self.summary = summary
        case .contextTrimmed(let dropped): trimmed = dropped
        default: break
        }
    }
}
