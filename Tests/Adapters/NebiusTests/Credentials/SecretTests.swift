import AssistantCore
import Logging
import Nebius
import NebiusDouble
import Synchronization
import Testing

struct SecretTests {
    private struct Holder {
        var name = "holder"
        var secret: Secret
    }

    @Test("nothing prints a secret: not interpolation, debugging, dumping or a mirror, alone or inside of something")
    func printsNothing() throws {
        let secret = try #require(Secret("  \(Harness.key)\n"))
        var dumped = ""
        dump(secret, to: &dumped)
        dump(Holder(secret: secret), to: &dumped)
        dump(["key": secret], to: &dumped)
        let optional: Secret? = secret
        let printed = [
            dumped, "\(secret)", String(reflecting: secret), "\(Holder(secret: secret))", "\([secret])",
            String(reflecting: ["key": secret]), String(describing: optional), "\(CredentialSource.value(secret))",
            Mirror(reflecting: secret).children.map { "\($0)" }.joined(),
        ]
        for text in printed { #expect(!text.contains(Harness.key), "\(text)") }
        #expect("\(secret)" == "‹secret›")
    }

    @Test(
        "what cannot stand in a header is no secret",
        arguments: [
            "", " \n", "two words", "new\nline", "tab\tbed", "schlüssel", "nul\u{0}",
            String(repeating: "x", count: 20_000),
        ])
    func refused(text: String) {
        #expect(Secret(text) == nil)
    }

    @Test("no failure of any kind, and no log of it, holds the key or the question, even where the server repeats them")
    func canary() async throws {
        let question = "my private question 7c1e"
        let echo: NebiusDouble.Responder = { request, _ in
            let header = request.headers["authorization"] ?? ""
            if let behaviour = Behaviour(askedFor: request.text) { return behaviour.script }
            let input = #"{"detail":[{"loc":["body"],"msg":"wrong, \#(header)","input":"\#(question)"}]}"#
            return .answer(422, input, headers: [("x-request-id", "id-of-\(header)")])
        }
        let log = Log()
        let authority = try TestAuthority()
        let scratch = try Scratch()
        try await NebiusDouble.run(.tls(try authority.server()), respond: echo) { double in
            var configuration = try Harness.configuration(double.url)
            configuration.tls.trustRoots = try scratch.write(authority.certificate, as: "ca.pem")
            configuration.timeouts.stall = .milliseconds(50)
            configuration.timeouts.firstToken = .milliseconds(500)
            try await NebiusClient.run(configuration, logger: log.logger) { client in
                let prompts = Behaviour.allCases.map { "\(question) [double:\($0.rawValue)]" } + [question]
                for prompt in prompts where !prompt.contains("double:slow") {
                    let outcome = await client.ask(prompt)
                    var dumped = ""
                    dump(outcome, to: &dumped)
                    let collected =
                        dumped + "\(outcome)" + String(reflecting: outcome.failure) + (outcome.failure?.message ?? "")
                    #expect(!collected.contains(Harness.key) && !collected.contains(question), "\(prompt)")
                }
                var dumped = ""
                dump(configuration, to: &dumped)
                #expect(!dumped.contains(Harness.key) && !"\(configuration)".contains(Harness.key))
            }
        }
        #expect(log.lines.count > 20)
        for line in log.lines { #expect(!line.contains(Harness.key) && !line.contains(question), "\(line)") }
    }
}

/// Keeps everything that is logged, at every level.
private final class Log: Sendable {
    private struct Handler: LogHandler {
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        let log: Log

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.state.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }

    private let state = Mutex<[String]>([])

    var lines: [String] { state.withLock(\.self) }
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }
}
