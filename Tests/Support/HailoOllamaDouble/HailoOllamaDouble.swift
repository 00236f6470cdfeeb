import NebiusDouble

/// A server on loopback that behaves like hailo-ollama: as strict about what it is sent, and as careless about what it
/// sends.
package final class HailoOllamaDouble: Sendable {
    package struct Seen: Sendable {
        /// The models that are on the board.
        package var loaded: Set<String> = []
        /// The conversations that were asked about, in the order in which they were answered.
        package var chats: [[BoardMessage]] = []
        /// Of `chats`, those that began with all of the one before, and its answer: the board did not read these again.
        package var reused = 0
        /// What was wrong with a request.
        package var complaints: [String] = []
        fileprivate var expected: [BoardMessage] = []
    }

    package static let models = ["qwen2.5-instruct:1.5b", "llama3.2:3b"]

    private let server: NebiusDouble
    private let board: BoardState

    /// - Parameters:
    ///   - port: where to listen; 0 for any that is free.
    ///   - behaviour: how to answer the question that stands last in a conversation.
    package static func start(
        models: [String] = HailoOllamaDouble.models, greeting: String = "hailo-ollama is running", port: Int = 0,
        _ behaviour: @escaping @Sendable (String) -> BoardBehaviour = { _ in BoardBehaviour() }
    ) async throws -> HailoOllamaDouble {
        let board = BoardState(models: models, greeting: greeting, behaviour: behaviour)
        let server = try await NebiusDouble.start(.plain, port: port) { request, _ in board.respond(request) }
        return HailoOllamaDouble(server, board)
    }

    private init(_ server: NebiusDouble, _ board: BoardState) {
        self.server = server
        self.board = board
    }

    package var port: Int { server.port }
    /// The address for `--hat-url`.
    package var url: String { "http://127.0.0.1:\(server.port)" }
    package var seen: Seen { board.seen }

    /// Waits until connections have ended.
    package func wait(untilClosed count: Int) async { await server.wait { $0.closed >= count } }

    /// Waits until requests have arrived.
    package func wait(untilAsked count: Int) async { await server.wait { $0.requests.count >= count } }

    package var requestCount: Int { server.seen.requests.count }

    package func stop() async throws { try await server.stop() }
}

extension HailoOllamaDouble.Seen {
    mutating func note(_ chat: [BoardMessage], answer: String) {
        if !expected.isEmpty, chat.starts(with: expected) { reused += 1 }
        chats.append(chat)
        expected = chat + [BoardMessage(role: "assistant", content: answer)]
    }
}
