internal import AssistantCore
internal import AsyncHTTPClient
internal import FoundationEssentials
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// HTTP to hailo-ollama: small questions, and one streamed answer.
struct OllamaClient: Sendable {
    let address: HatAddress
    var timeouts: OllamaTimeouts

    /// For the whole program, and for its whole life: it never redirects, since what is said here stays here.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10)),
            connectionPool: .init(idleTimeout: .milliseconds(200)), decompression: .disabled)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// What the server says at its door; hailo-ollama says ``greeting``.
    func door() async throws -> String {
        String(decoding: try await whole(.GET, "/", wait: timeouts.answer), as: UTF8.self)
    }

    static let greeting = "hailo-ollama is running"

    /// The models on its disk, in its order.
    func models() async throws -> [String] {
        struct Tags: Decodable {
            struct Model: Decodable { var name: String? }
            var models: [Model]?
        }
        let body = try await whole(.GET, "/api/tags", wait: timeouts.answer)
        guard let tags = try? JSONDecoder().decode(Tags.self, from: Data(body)) else { throw HatError.garbled }
        return (tags.models ?? []).compactMap(\.name).map { TerminalText.sanitised($0) }.filter { !$0.isEmpty }
    }

    /// Puts a model onto the board (`keepAlive` −1), or takes it off (0).
    func keep(_ model: String, keepAlive: Int) async throws {
        struct Body: Encodable {
            var model: String
            var keep_alive: Int
        }
        let body = Array(try JSONEncoder().encode(Body(model: model, keep_alive: keepAlive)))
        let reply = try await whole(.POST, "/api/generate", body, wait: timeouts.load)
        // It may be empty; what it must not be is an error.
        var reader = ReplyReader()
        _ = try reader.handle(reply)
    }

    /// Asks, and tells what comes as it comes. Returns when the answer is done.
    func chat(_ body: [UInt8], _ emit: @escaping @Sendable (ReplyReader.Effect) -> Void) async throws {
        let timeouts = timeouts
        let deadline = RequestDeadline(timeouts.firstText)
        try await translated {
            try await deadline.during {
                let response = try await execute(.POST, "/api/chat", body)
                var reader = ReplyReader()
                for try await piece in response.body {
                    for effect in try reader.handle(piece.readableBytesView) { emit(effect) }
                    // The server may keep the connection open for as long as it likes.
                    if reader.isDone { return }
                    deadline.extend(timeouts.stall)
                }
                try reader.finish()
            }
        }
    }

    private func whole(
        _ method: HTTPMethod, _ path: String, _ body: [UInt8] = [], wait: Duration
    ) async throws -> [UInt8] {
        try await translated {
            try await RequestDeadline(wait).during {
                let response = try await execute(method, path, body)
                return Array(try await response.body.collect(upTo: Self.largestReply).readableBytesView)
            }
        }
    }

    private static let largestReply = 1 << 20

    private func execute(_ method: HTTPMethod, _ path: String, _ body: [UInt8]) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address.url(path))
        request.method = method
        request.headers = ["accept": "application/json", "connection": "close"]
        if !body.isEmpty {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await Self.http.execute(request, deadline: .distantFuture)
        guard response.status == .ok else { throw try await refusal(response) }
        return response
    }

    /// An error by status; 5.1.1 sends errors with status 200, which ``ReplyReader`` tells.
    private func refusal(_ response: HTTPClientResponse) async throws -> HatError {
        var bytes: [UInt8] = []
        for try await piece in response.body where bytes.count < 4096 { bytes += piece.readableBytesView }
        let said = (try? ChatLine(bytes))?.error ?? "status \(response.status.code)"
        return response.status == .notFound
            ? HatError(.noModel, "hailo-ollama does not know that (\(TerminalText.sanitised(said).prefix(120)))")
            : .refusal(said)
    }

    /// The errors of the layers below, in words.
    private func translated<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as HatError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch let error as HTTPClientError where error == .connectTimeout {
            throw notRunning
        } catch is NIOConnectionError {
            throw notRunning
        } catch let error as IOError where error.errnoCode == ECONNREFUSED {
            throw notRunning
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw HatError(.brokenStream, "the connection to hailo-ollama broke")
        }
    }

    private var notRunning: HatError {
        HatError(.notRunning, "nothing answers at \(address); start hailo-ollama, or give its address with --hat-url")
    }
}
