package import AssistantCore
package import HTTPSupport

/// Everything that can be set about the way to the cloud. The defaults are those of Nebius Token Factory.
package struct NebiusConfiguration: Sendable {
    /// Where `chat/completions` is, up to and including `/v1`.
    package var url = "https://api.tokenfactory.nebius.com/v1"
    /// The preferred model by its identifier.
    package var model: String
    /// What to use instead, best first, where the endpoint does not offer `model` any more.
    package var fallbackModels: [String] = []
    /// How hard models reason, by the first rule whose pattern is part of the model's identifier.
    package var reasoning: [ReasoningRule] = ReasoningRule.defaults
    package var credential: CredentialSource
    package var tls = TLSFiles()
    /// The proxies to ask by way of; none unless somebody names them.
    package var proxies = ProxySettings()
    package var timeouts = Timeouts()
    package var retries = RetryPolicy()
    /// How long the list of models is believed.
    package var modelListLifetime: Duration = .seconds(3600)
    /// An unused connection is closed after this. It is shorter than the patience of usual servers, so that a request
    /// is not sent into a connection that the other side is closing.
    package var idleConnectionLifetime: Duration = .seconds(50)
    /// What the client calls itself.
    package var userAgent = "brim"

    package init(model: String, credential: CredentialSource) {
        self.model = model
        self.credential = credential
    }
}
