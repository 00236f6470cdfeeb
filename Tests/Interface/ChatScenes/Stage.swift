package import AssistantCore
package import ChatUI

/// A state with a clock of its own, played by hand: what tests and pictures begin from.
package struct Stage: Sendable {
    package private(set) var state: ChatState
    /// What the screen has asked for so far.
    package private(set) var effects: [ChatEffect] = []
    package var now = Duration.zero

    package static let model = ModelIdentity(
        name: "smollm2-135m-instruct-q4_1", quantisation: "Q4_1", contextLength: 2048, fingerprint: "f")

    /// A Saturday afternoon.
    private static let clock = WallClock(
        millisecondsSince1970: 1_795_874_820_000, at: .zero, secondsFromGMT: 3_600)

    package init(_ size: Size) {
        state = ChatState(size: size)
        state.wallClock = Self.clock
    }

    /// A kiosk with nobody before it.
    package init(_ size: Size = Size(columns: 80, rows: 24), kiosk: KioskRules) {
        state = ChatState(size: size, kiosk: kiosk)
        state.wallClock = Self.clock
        ready()
    }

    /// A board that is well.
    package static var health: DeviceHealth {
        var health = DeviceHealth()
        health.celsius = 52
        health.watts = 4.1
        health.totalMemoryBytes = 8_200_000_000
        health.availableMemoryBytes = 6_900_000_000
        return health
    }

    @discardableResult
    package mutating func act(_ action: ChatAction, after pause: Duration = .zero) -> [ChatEffect] {
        now += pause
        let new = state.reduce(action, at: now)
        effects += new
        return new
    }

    @discardableResult
    package mutating func press(_ key: Key, _ modifiers: Modifiers = []) -> [ChatEffect] {
        act(.input(.key(KeyEvent(key, modifiers))))
    }

    package mutating func type(_ text: String) {
        for character in text { press(.character(character)) }
    }

    package mutating func ready(after pause: Duration = .milliseconds(280)) {
        act(.cloud(CloudStatus(.notAllowed, threshold: 0.8, money: SpendingState(spent: .zero))))
        act(.device(DeviceSummary(Self.health, processorShare: 0.04)))
        act(.model(.ready(Self.model)), after: pause)
    }

    package mutating func ask(_ question: String) {
        type(question)
        press(.enter)
    }

    /// Reads a prompt and answers in words, one at a pace, without coming to the end.
    package mutating func stream(_ answer: String, promptTokens: Int = 38, pace: Duration = .milliseconds(20)) {
        act(.turn(.local(.prefilling(done: 0, total: promptTokens))))
        let prefill = PrefillStatistics(
            promptTokens: promptTokens, reusedTokens: 0, duration: .milliseconds(190))
        act(.turn(.local(.prefilled(prefill))), after: .milliseconds(190))
        var step = 0
        for piece in answer.split(separator: " ", omittingEmptySubsequences: false) {
            let text = step == 0 ? String(piece) : " " + piece
            let token = GeneratedToken(
                id: 1, text: text, logProbability: -0.15 - 0.12 * Float(step % 5), entropy: 0.5, margin: 0.5
            )
            act(.turn(.local(.token(token))), after: pace + .milliseconds(step % 3))
            step += 1
        }
    }

    package mutating func end(_ ending: TurnOutcome.Ending = .complete) {
        act(.turn(.ended(ending)))
    }

    package mutating func exchange(_ question: String, _ answer: String) {
        ask(question)
        stream(answer)
        end()
    }
}
