import AssistantCore
import FoundationEssentials
import Glibc
import Logging
import Nebius
import NebiusDouble

/// A directory that goes when the test goes.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "brim-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path)") }
    }

    /// Writes a file and gives its path.
    func write(_ text: String, as name: String, mode: mode_t = 0o600) throws -> String {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: file))
        unsafe chmod(file, mode)
        return file
    }
}

/// A double with TLS and a client for it.
struct Harness: Sendable {
    static let key = "canary-4f1c9b7e2d"

    let double: NebiusDouble
    let client: NebiusClient

    /// Sets up, tests and clears away. Time stands still unless `time` says otherwise. `adjust` changes the client's configuration, which otherwise trusts the double
    /// and repeats nothing.
    static func run(
        _ respond: @escaping NebiusDouble.Responder = NebiusDouble.asAsked, http2: Bool = false,
        time: TimeSource = TimeSource(ManualClock()), adjust: (inout NebiusConfiguration) throws -> Void = { _ in },
        _ test: (Harness) async throws -> Void
    ) async throws {
        let authority = try TestAuthority()
        let scratch = try Scratch()
        let transport = NebiusDouble.Transport.tls(try authority.server(), offersHTTP2: http2)
        try await NebiusDouble.run(transport, respond: respond) { double in
            var configuration = try configuration(double.url)
            configuration.tls.trustRoots = try scratch.write(authority.certificate, as: "ca.pem")
            try adjust(&configuration)
            try await NebiusClient.run(configuration, time: time) { client in
                try await test(Harness(double: double, client: client))
            }
        }
    }

    /// Short pauses, no repetitions, the canary key.
    static func configuration(_ url: String) throws -> NebiusConfiguration {
        guard let secret = Secret(key) else { fatalError("the canary is no key") }
        var configuration = NebiusConfiguration(model: "double/echo", credential: .value(secret))
        configuration.url = url
        configuration.retries.maxRetries = 0
        configuration.timeouts.connect = .seconds(600)  // also kept by a clock that no test can stop
        configuration.retries.initialDelay = .milliseconds(10)
        return configuration
    }
}

extension NebiusDouble {
    static func run(
        _ transport: Transport, host: String = "127.0.0.1", respond: @escaping Responder = NebiusDouble.asAsked,
        _ test: (NebiusDouble) async throws -> Void
    ) async throws {
        let double = try await start(transport, host: host, respond: respond)
        let result = await Result { try await test(double) }
        try await double.stop()
        try result.get()
    }
}

extension NebiusClient {
    static func run(
        _ configuration: NebiusConfiguration, time: TimeSource = .continuous, logger: Logger? = nil,
        _ test: (NebiusClient) async throws -> Void
    ) async throws {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = try NebiusClient(configuration, time: time, jitter: { 0 }, logger: logger ?? quiet)
        let result = await Result { try await test(client) }
        await client.shutdown()
        try result.get()
    }

    /// What is asked here may leave.
    func stream(_ request: CloudRequest) -> AsyncThrowingStream<CloudEvent, any Error> {
        stream(request) { _ in true }
    }

    /// Asks for a behaviour of the double.
    func ask(_ behaviour: Behaviour) async -> Outcome { await ask("[double:\(behaviour.rawValue)]") }

    /// `onEvent` sees each event as it comes.
    func ask(
        _ prompt: String = "What is the capital of France?", onEvent: (CloudEvent) -> Void = { _ in }
    ) async -> Outcome {
        await Outcome(stream(CloudRequest([Message(.user, prompt)], maxTokens: 64)), onEvent: onEvent)
    }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}

/// What came of a request.
struct Outcome: Sendable {
    var events: [CloudEvent] = []
    var failure: CloudFailure?
    var otherError: (any Error)?

    init(_ stream: AsyncThrowingStream<CloudEvent, any Error>, onEvent: (CloudEvent) -> Void = { _ in }) async {
        do {
            for try await event in stream {
                events.append(event)
                onEvent(event)
            }
        } catch let error as CloudFailure {
            failure = error
        } catch {
            otherError = error
        }
    }

    var text: String {
        events.map { if case .content(let text) = $0 { text } else { "" } }.joined()
    }

    var reasoning: String {
        events.map { if case .reasoning(let text) = $0 { text } else { "" } }.joined()
    }

    var summary: CloudSummary? {
        if case .finished(let summary)? = events.last { summary } else { nil }
    }
}
