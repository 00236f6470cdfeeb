public import AssistantCore

/// Everything that can be set about the way to the cloud. The defaults are those of Nebius Token Factory.
public struct NebiusConfiguration: Sendable {
    /// Where `chat/completions` is, up to and including `/v1`.
    public var url = "https://api.tokenfactory.nebius.com/v1"
    /// The preferred model by its identifier.
    public var model: String
    /// What to use instead, best first, where the endpoint does not offer `model` any more.
    public var fallbackModels: [String] = []
    /// How hard models reason, by the first rule whose pattern is part of the model's identifier.
    public var reasoning: [ReasoningRule] = ReasoningRule.defaults
    public var credential: CredentialSource
    public var tls = TLSFiles()
    public var timeouts = Timeouts()
    public var retries = RetryPolicy()
    /// How long the list of models is believed.
    public var modelListLifetime: Duration = .seconds(3600)
    /// An unused connection is closed after this. It is shorter than the patience of usual servers, so that a request
    /// is not sent into a connection that the other side is closing.
    public var idleConnectionLifetime: Duration = .seconds(50)
    /// What the client calls itself.
    public var userAgent = "brim"

    public init(model: String, credential: CredentialSource) {
        self.model = model
        self.credential = credential
    }
}

/// How long each wait may be.
public struct Timeouts: Sendable, Hashable {
    /// Until a connection is there: name, TCP and TLS together.
    public var connect: Duration = .seconds(10)
    /// From the request to the first text. Models that reason without showing it need patience.
    public var firstToken: Duration = .seconds(60)
    /// Between two pieces of text.
    public var stall: Duration = .seconds(20)
    /// The whole request, repetitions and pauses included.
    public var total: Duration = .seconds(300)

    public init() {}
}

/// How hard a model thinks before it answers.
public enum ReasoningEffort: String, Sendable, Hashable, Codable {
    case none, low, medium, high
}

/// What `reasoning_effort` is sent to which models.
public struct ReasoningRule: Sendable, Hashable {
    /// Part of a model's identifier, in any case.
    public var pattern: String
    /// `nil` sends nothing and leaves the choice to the server.
    public var effort: ReasoningEffort?

    public init(_ pattern: String, _ effort: ReasoningEffort?) {
        self.pattern = pattern
        self.effort = effort
    }

    /// An assistant's answer should begin soon: as little reasoning as the family allows. gpt-oss refuses `none`.
    public static let defaults = [ReasoningRule("gpt-oss", .low), ReasoningRule("nemotron", ReasoningEffort.none)]
}

extension [ReasoningRule] {
    func effort(for model: String) -> ReasoningEffort? {
        let model = model.lowercased()
        return first { model.contains($0.pattern.lowercased()) }?.effort
    }
}

/// Files for TLS beyond the system's own.
public struct TLSFiles: Sendable, Hashable {
    /// PEM certificates that a server's must descend from, instead of the system's.
    public var trustRoots: String?
    /// PEM chain by which this device proves itself, its own certificate first.
    public var clientCertificate: String?
    /// PEM private key of the client certificate, without a passphrase; private to its owner.
    public var clientKey: String?

    public init(trustRoots: String? = nil, clientCertificate: String? = nil, clientKey: String? = nil) {
        self.trustRoots = trustRoots
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
    }
}
