import AssistantCore
import Backends
import ChatUI
import Hat
import LocalInference
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
    /// What becomes of it where several places set it.
    var combination = Combination.highest

    /// How the values of several places become one.
    enum Combination: Sendable, Hashable {
        /// The highest place decides.
        case highest
        /// Every place adds to the list.
        case adds
        /// This value holds wherever it stands, or wherever in the system's file it stands; no other place takes it back.
        case locks(Bool, bySystemOnly: Bool = false)

        var isLock: Bool { if case .locks = self { true } else { false } }
    }

    init(
        _ key: String, _ fallback: String, _ meaning: String, isSecret: Bool = false,
        _ combination: Combination = .highest
    ) {
        (self.key, self.fallback, self.meaning, self.isSecret) = (key, fallback, meaning, isSecret)
        self.combination = combination
    }

    static let all: [Setting] =
        general + models + updates + telemetry + sampling + backend + cloud + money + cost + voice + screen + kiosk
        + keys

    static let byKey: [String: Setting] = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })

    private static let general = [
        Setting("system_prompt", "", "what the model is told first; empty for what ships with Brim"),
        Setting("threshold", "\(RoutingRules().threshold)", "a local answer is kept from this confidence on, 0 to 1"),
        Setting(
            "unknown_confidence", RoutingRules().unknownConfidence.rawValue,
            "what becomes of an answer that has no confidence, such as one to an open request: \(words(UnknownConfidenceRule.self))"
        ),
        Setting("local_only", "false", "nothing is sent to the cloud; true holds wherever it stands", .locks(true)),
        Setting("cloud_only", "false", "everything is asked of the cloud"),
        Setting(
            "privacy.stay_home", "",
            "messages in which words of these classes are found are not sent, such as medical; every place adds", .adds),
        Setting("privacy.stay_words", "", "the same by words of your own: name=phrase", .adds),
        Setting("routing.must_go", "", "questions with these words go to the cloud: name=phrase"),
        Setting("cache.enabled", "true", "use earlier answers to the same question"),
        Setting("cache.hours", "24", "for how long an answer is used again"),
        Setting("know.enabled", "true", "questions are answered from the collections of brim know, where they can be"),
        Setting("know.watch", "true", "while a conversation runs, documents that change are read again"),
        Setting("know.only", "false", "what is not in the collections is not answered; true holds", .locks(true)),
    ]

    private static let sampling = SamplingParameter.allCases.map {
        Setting("sampling.\($0.rawValue)", "", "\($0.meaning); empty for what suits the model")
    }

    private static let models = [
        Setting(
            "model", "auto", "the model that answers: a name in brim models, a path, or auto for the best that is here"),
        Setting("draft", "auto", "a smaller model that guesses ahead for it: a name, a path, auto or none"),
        Setting("kv", LocalModel.KeyValues.f16.rawValue, "how a context is kept: \(words(LocalModel.KeyValues.self))"),
        Setting(
            "models.auto_fetch", "true",
            "the full screen fetches the model that suits this device; false in /etc holds",
            .locks(false, bySystemOnly: true)),
    ]

    private static let updates = [
        Setting("updates.url", "", "where a fleet's repository has its metadata, for brim update; empty for none"),
        Setting("updates.root", "", "the file of the first root.json, which its publisher gave"),
        Setting("updates.targets_url", "", "where its targets are; empty for targets/ beside the metadata"),
        Setting("updates.group", "default", "the group of devices that this one is in"),
        Setting("updates.device", "", "its name in the fleet; empty for one made of /etc/machine-id"),
    ]

    private static let telemetry = [
        Setting(
            "telemetry.textfile", "",
            "node_exporter's textfile directory, such as /var/lib/prometheus/node-exporter; empty for none"),
        Setting(
            "telemetry.otlp", "", "a collector of the OpenTelemetry protocol, such as http://host:4318; empty for none"),
        Setting("telemetry.seconds", "60", "how often figures are handed on while a conversation runs"),
    ]

    private static let backend = [
        Setting(
            "backend", BackendPreference.auto.rawValue,
            "where on this device answers are made: \(words(BackendPreference.self))"),
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
            Setting("cloud.vision_model", "", "the model to ask about pictures, one of the endpoint's; empty for none"),
            Setting(
                "cloud.allow", "false", "the cloud may be asked; recorded when it first takes effect",
                .locks(false, bySystemOnly: true)),
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

    private static let money =
        limits("budget", of: "everything") + [
            Setting("budget.reserve", "", "team=USD: so much of budget.max_budget is kept for that team"),
            Setting(
                "budget.alert_command", "",
                "a program by its whole path, and arguments: run once a period when a soft budget is reached, by no shell"
            ),
        ] + limits("team_budget", of: "the team")

    private static func limits(_ key: String, of scope: String) -> [Setting] {
        [
            Setting("\(key).max_budget", "", "USD for \(scope): nothing is sent beyond it"),
            Setting("\(key).soft_budget", "", "USD for \(scope): from here on a warning is shown"),
            Setting("\(key).budget_duration", "", "how long the budget of \(scope) lasts: 24h, 7d, 30d"),
            Setting("\(key).rpm", "", "requests to the cloud a minute, of \(scope)"),
            Setting(
                "\(key).tpm", "",
                "tokens to and from the cloud a minute, of \(scope), requests under way at their worst"),
        ]
    }

    private static let cost = [
        Setting("cost.hardware", "", "USD for this device with all that belongs to it, for brim cost"),
        Setting("cost.lifetime_months", "", "over how many months that is spread"),
        Setting("cost.watts", "", "what the device takes on average, where no sensor says so"),
        Setting("cost.power_price", "", "USD for a kilowatt-hour"),
        Setting("cost.upkeep", "", "USD a month for looking after it"),
        Setting("cost.discount_percent", "", "what a contract takes off the cloud's price"),
        Setting("cost.reserved", "", "USD a month for reserved capacity of the cloud"),
        Setting("cost.reserved_inferences", "", "answers a month that it covers"),
    ]

    private static let voice = [
        Setting("voice.enabled", "true", "push to talk", .locks(false, bySystemOnly: true)),
        Setting("voice.device", "", "the microphone, as brim devices names it; empty for ALSA's default"),
        Setting("voice.language", "", "the language that is spoken, such as de, or auto; empty for English"),
        Setting("voice.model", "", "the speech model; empty for whisper-tiny.en, or whisper-base in other languages"),
        Setting("voice.listen_ahead", "false", "the microphone is open before the first press"),
        Setting(
            "voice.allow_ssh", "false",
            "somebody who sits elsewhere may record with this machine's microphone, and let its speaker speak",
            .locks(false, bySystemOnly: true)),
        Setting("voice.speak", "", "say answers aloud: never, voice (to spoken questions) or always; voice at a kiosk"),
        Setting("voice.voice", "", "the voice, as brim models names it, its path, or flite; empty for joe"),
        Setting("voice.speaker", "", "the speaker, as ALSA names it; empty for ALSA's default"),
        Setting("voice.volume", "100", "how loud answers are said, 0 to 100"),
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
        Setting(
            "kiosk.pin", "", "what `brim kiosk set-pin --print` makes of the digits that end brim --kiosk",
            isSecret: true),
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
