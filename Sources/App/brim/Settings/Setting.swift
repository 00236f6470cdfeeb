import Backends
import ChatUI
import Hat
import Routing

/// One thing that can be set, as `brim config` lists it. The table is what a file may hold: any other key is refused.
struct Setting: Sendable {
    /// As a file has it, its groups parted by dots.
    var key: String
    /// What holds where nothing is set; empty for nothing.
    var fallback: String
    var meaning: String
    /// Never shown.
    var isSecret = false

    init(_ key: String, _ fallback: String, _ meaning: String, isSecret: Bool = false) {
        (self.key, self.fallback, self.meaning, self.isSecret) = (key, fallback, meaning, isSecret)
    }

    static let all: [Setting] = general + backend + cloud + money + voice + screen + kiosk + keys

    static let byKey: [String: Setting] = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })

    private static let general = [
        Setting("system_prompt", "", "what the model is told first; empty for what ships with Brim"),
        Setting("threshold", "\(RoutingRules().threshold)", "a local answer is kept from this confidence on, 0 to 1"),
        Setting(
            "unknown_confidence", RoutingRules().unknownConfidence.rawValue,
            "what becomes of an answer of which nothing is known: \(words(UnknownConfidenceRule.self))"),
        Setting("local_only", "false", "nothing leaves this device"),
        Setting("cloud_only", "false", "everything is asked of the cloud"),
        Setting("privacy.stay_home", "", "data classes that never leave, such as medical"),
        Setting("privacy.stay_words", "", "the same by words of your own: name=phrase"),
        Setting("routing.must_go", "", "questions with these words go to the cloud: name=phrase"),
        Setting("cache.enabled", "true", "use earlier answers to the same question"),
        Setting("cache.hours", "24", "for how long an answer is used again"),
    ]

    private static let backend = [
        Setting(
            "backend", BackendWish.auto.rawValue, "where on this device answers are made: \(words(BackendWish.self))"),
        Setting("backend_goal", BackendGoal.latency.rawValue, "what auto goes by: \(words(BackendGoal.self))"),
        Setting("hat.url", HatAddress.standard, "where hailo-ollama answers"),
        Setting("hat.model", "", "its model; empty for the first that it has"),
    ]

    private static let cloud: [Setting] = {
        let cloud = BrimConfiguration.Cloud()
        return [
            Setting("cloud.url", cloud.url, "where chat/completions is, up to /v1"),
            Setting("cloud.model", cloud.model, "the model to escalate to"),
            Setting("cloud.fallback_models", "", "models to take where that one is gone"),
            Setting("cloud.allow", "false", "the cloud may be asked; recorded when it first takes effect"),
            Setting("cloud.key_file", "", "a file with the key, in place of NEBIUS_API_KEY"),
            Setting("cloud.gateway", "", "a gateway that adds the key"),
            Setting("cloud.trust_roots", "", "a file of certificates to trust in place of the system's"),
            Setting("cloud.client_certificate", "", "a certificate to show to the server"),
            Setting("cloud.client_key", "", "the file of its key"),
            Setting("cloud.max_tokens", "\(cloud.maxTokens)", "tokens that are asked of the cloud at most"),
            Setting("cloud.team", "", "whose money it is"),
            Setting("cloud.device", cloud.device, "this device's name in the ledger"),
            Setting("cloud.prices", "", "model=USD per million tokens in and out"),
        ]
    }()

    private static let money = [("budget", "everything"), ("team_budget", "the team")].flatMap { key, scope in
        [
            Setting("\(key).max_budget", "", "USD for \(scope): nothing is sent beyond it"),
            Setting("\(key).soft_budget", "", "USD for \(scope): from here on a warning is shown"),
            Setting("\(key).budget_duration", "", "how long the budget of \(scope) lasts: 24h, 7d, 30d"),
        ]
    }

    private static let voice = [
        Setting("voice.enabled", "true", "push to talk"),
        Setting("voice.device", "", "the microphone, as brim devices names it; empty for ALSA's default"),
        Setting("voice.listen_ahead", "false", "the microphone is open before the first press"),
        Setting("voice.allow_ssh", "false", "somebody who sits elsewhere may record with this machine's microphone"),
        Setting("voice.button", "", "an input device whose key talks"),
        Setting("voice.button_key", "", "the number of that key, where it has several"),
        Setting(
            "voice.console", BrimConfiguration.Voice().console, "where a recording for somebody elsewhere is announced"),
    ]

    private static let screen = [
        Setting("screen.theme", Theme.dark.rawValue, words(Theme.self)),
        Setting("screen.glyphs", "auto", "auto, \(words(GlyphTier.self))"),
        Setting("screen.mouse", MouseUse.auto.rawValue, "\(words(MouseUse.self)); auto is off over SSH"),
    ]

    private static let kiosk = [
        Setting("kiosk.pin", "", "digits that end brim --kiosk; without them no keys do", isSecret: true),
        Setting("kiosk.idle_seconds", "120", "without a key for so long, a warning is shown"),
        Setting("kiosk.warning_seconds", "20", "for so long; then all that was said is forgotten"),
    ]

    private static let keys = Command.allCases.map {
        Setting("keys.\($0.rawValue)", Keymap().name(of: $0), "the key of /\($0.rawValue)")
    }

    private static func words<Choice: RawRepresentable & CaseIterable>(_: Choice.Type) -> String
    where Choice.RawValue == String {
        Choice.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
