import DeviceSensors
import AssistantCore
import HailoOllamaDouble
import Testing

@testable import Hat

@Suite("hailo-ollama that fails, in each way at each moment")
struct FaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var behaviour: BoardBehaviour

        var testDescription: String {
            "\(behaviour.release) \(behaviour.fault.map(\.rawValue) ?? "well") \(behaviour.moment)"
        }

        static let all = BoardBehaviour.Release.allCases.flatMap { release in
            BoardBehaviour.Fault.allCases.flatMap { fault in
                BoardBehaviour.Moment.allCases.map { Case(behaviour: BoardBehaviour(release, fault: fault, at: $0)) }
            }
        }

        var mayLoseText: Bool { [.close, .reset, .stall].contains(behaviour.fault) }

        /// What Brim has to make of it.
        var codes: [HatError.Code] {
            switch behaviour.fault {
            case .error: [.refused]
            case .stall: [.stalled]
            case .garbage: behaviour.moment == .beforeHead ? [.brokenStream, .invalidReply] : [.invalidReply]
            default: [.brokenStream]
            }
        }
    }

    @Test("what came before is kept, the failure is named, and the next question is answered", arguments: Case.all)
    func matrix(_ item: Case) async throws {
        let double = try await HailoOllamaDouble.start { question in
            question == "fail" ? item.behaviour : BoardBehaviour(item.behaviour.release)
        }
        let stalls = item.behaviour.fault == .stall
        let model = try HatLanguageModel(double, timeouts: stalls ? .short : .long)
        let heard = try await Heard.answer(model, Message(.user, "fail"))
        let said = item.behaviour.pieces.prefix(item.behaviour.piecesBeforeFault).joined()
        // A connection that breaks may take with it what was on its way; so may a short patience on a busy machine.
        #expect(item.mayLoseText ? said.hasPrefix(heard.text) : heard.text == said)
        let error = try #require(heard.error)
        #expect(item.codes.contains(error.code), "\(error)")
        #expect(heard.summary == nil)
        #expect(!error.description.contains("\n"))
        let next = try await Heard.answer(try HatLanguageModel(double), Message(.user, "again"))
        #expect(next.text == BoardBehaviour.words.joined() && next.error == nil)
        try await double.stop()
    }

    @Test("nothing at the address, and another server there")
    func absent() async throws {
        let double = try await HailoOllamaDouble.start(greeting: "nginx")
        let watch = OllamaProbe(try HatAddress(double.url), root: SystemRoot(), timeouts: .long)
        let model = try HatLanguageModel(double)
        #expect(try await watch.sighting() == .stranger)
        try await double.stop()
        let heard = try await Heard.answer(model, Message(.user, "hello"))
        #expect(heard.error?.code == .notRunning)
        let gone = try await watch.sighting()
        guard case .absent = gone else {
            Issue.record("\(gone)")
            return
        }
    }

    @Test("a model that is not there is named", arguments: BoardBehaviour.Release.allCases)
    func unknownModel(release: BoardBehaviour.Release) async throws {
        let double = try await HailoOllamaDouble.start { _ in BoardBehaviour(release) }
        let model = HatLanguageModel("nobody:1b", at: try HatAddress(double.url), timeouts: .long)
        let heard = try await Heard.answer(model, Message(.user, "hello"))
        #expect(heard.error?.code == (release == .old ? .refused : .noModel))
        #expect(heard.error?.description.contains("model not found") == true)
        await #expect(throws: HatError.self) { try await model.load() }
        try await double.stop()
    }
}
