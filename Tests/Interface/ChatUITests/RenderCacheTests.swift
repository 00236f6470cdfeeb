import TestSupport
import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

/// What is kept from one picture to the next changes no picture.
struct RenderCacheTests {
    @Test("a picture is the same, whatever was drawn before it", arguments: [1, 2, 3, 4, 5, 6])
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var stage = Stage(Size(columns: 120, rows: 36))
        stage.ready()
        var parts = RenderCache()
        for step in 0..<500 {
            let pause = Duration.milliseconds(Int.random(in: 0...400, using: &random))
            stage.act(Self.action(&random), after: pause)
            // Nothing of interest lies under a panel, and few see a screen this small.
            if stage.state.panel != nil, Int.random(in: 0..<3, using: &random) == 0 { stage.press(.escape) }
            if stage.state.layout.side == nil, Int.random(in: 0..<3, using: &random) == 0 {
                stage.act(.resized(Size(columns: 120, rows: 36)))
            }
            let capabilities = Capabilities(glyphs: step % 50 < 45 ? .rich : .ascii)
            let frame = stage.state.render(capabilities, reusing: &parts)
            #expect(frame == stage.state.render(capabilities), "seed \(seed), step \(step)")
        }
    }

    /// Keys and answers, and all that the meters and the header tell of.
    private static func action(_ random: inout SeededGenerator) -> ChatAction {
        switch Int.random(in: 0..<12, using: &random) {
        case 0:
            var health = Stage.health
            health.celsius = Double(Int.random(in: 40...90, using: &random))
            if Bool.random(using: &random) { health.throttling = [.throttled] }
            return .device(DeviceSummary(health, processorShare: Double.random(in: 0...1, using: &random)))
        case 1:
            let spent = SpendingState(
                spent: Money(microUSD: Int64.random(in: 0...2_000_000, using: &random)),
                limit: Money(microUSD: 1_000_000))
            let access: [CloudStatus.Access] = [.open(), .notAllowed, .barred("cloud down", for: .seconds(3))]
            return .cloud(
                CloudStatus(
                    access.randomElement(using: &random) ?? .unknown, isLocked: Bool.random(using: &random),
                    threshold: 0.8, money: spent))
        case 2:
            var recording = TalkStatus.Recording()
            recording.elapsed = .milliseconds(Int.random(in: 0...9_000, using: &random))
            let phases: [TalkStatus.Phase] = [.ready, .recording(recording), .hearing, .unavailable("no device")]
            return .talk(.status(TalkStatus(phases.randomElement(using: &random) ?? .ready)))
        case 3:
            return Bool.random(using: &random) ? .model(.ready(Stage.model)) : .model(.loading("another"))
        case 4:
            var preferences = ScreenPreferences()
            preferences.theme = Theme.allCases.randomElement(using: &random) ?? .dark
            return .configured(preferences)
        case 5: return .judged(Bool.random(using: &random) ? .right : nil)
        default: return KeyFuzzTests.action(&random)
        }
    }

    @Test("a scene after any other looks as it does alone", arguments: Picture.sizes)
    func scenes(size: Size) {
        var parts = RenderCache()
        for scene in Scene.allCases + Scene.allCases.reversed() {
            let state = scene.stage(size).state
            #expect(
                state.render(Capabilities(), reusing: &parts) == state.render(Capabilities()), "\(scene) at \(size)")
        }
    }

    @Test("a view that is equal is not drawn anew; another one is, and so is one whose area has another size")
    func reuse() {
        var cache = CachedView<Numbered>()
        func text(_ number: Int, _ text: String, columns: Int = 4) -> String {
            var frame = Frame(size: Size(columns: columns, rows: 1))
            cache.draw(Numbered(number: number, text: text), in: Rect(frame.size), of: &frame, .rich)
            return frame.text(row: 0)
        }
        #expect(text(1, "a") == "a")
        #expect(text(1, "b") == "a")
        #expect(text(2, "c") == "c")
        #expect(text(2, "d", columns: 5) == "d")
    }

    /// Equal by its number alone, so that it is seen which one was drawn.
    private struct Numbered: View, Equatable, Sendable {
        var number: Int
        var text: String

        static func == (first: Numbered, second: Numbered) -> Bool { first.number == second.number }

        func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
            frame.put([[Span(text)]], in: area)
        }
    }
}
