/// What answers where hailo-ollama should.
package enum OllamaServerState: Sendable, Hashable {
    /// hailo-ollama with these models; `isExposed` where the whole network may use it.
    case running(models: [String], isExposed: Bool)
    /// Nothing; `elsewhere` is an address at which hailo-ollama does answer.
    case absent(elsewhere: String?)
    /// Some other server.
    case stranger
    /// hailo-ollama, which failed to say what it has.
    case unwell(String)
}
