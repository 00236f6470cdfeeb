import AssistantCore
import HailoOllamaDouble

@testable import Hat

extension Patience {
    /// For whatever does not stall: a busy machine is no reason to fail.
    static var long: Patience {
        var patience = Patience()
        patience.answer = .seconds(600)
        patience.firstText = .seconds(600)
        patience.stall = .seconds(600)
        return patience
    }

    /// For one that stalls.
    static var short: Patience {
        var patience = Patience()
        patience.firstText = .seconds(4)
        patience.stall = .seconds(4)
        return patience
    }
}

extension HatLanguageModel {
    /// The first model of a stand-in.
    convenience init(_ double: HailoOllamaDouble, patience: Patience = .long) throws {
        self.init(HailoOllamaDouble.models[0], at: try HatAddress(double.url), patience: patience)
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
