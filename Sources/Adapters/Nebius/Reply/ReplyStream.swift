import AssistantCore
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// One streamed reply on its way from the connection to the person who waits for it.
final class ReplyStream: Sendable {
    private struct State {
        var sentAt: Duration?
        var isComplete = false
    }

    /// A reply is never longer than this.
    private static let maxBytes = 16 << 20

    fileprivate let model: String
    fileprivate let attemptNumber: Int
    fileprivate let time: TimeSource
    private let emit: @Sendable (CloudEvent) -> Void
    private let state = Mutex(State())

    init(
        model: String, attempt: Int, time: TimeSource,
        emit: @escaping @Sendable (CloudEvent) -> Void
    ) {
        self.model = model
        self.attemptNumber = attempt
        self.time = time
        self.emit = emit
    }

    /// Whether the person has the whole reply: whatever happens to the connection then is no failure.
    var isComplete: Bool { state.withLock(\.isComplete) }

    /// Told when the request begins to leave.
    func sending() {
        let now = time.now()
        state.withLock { $0.sentAt = now }
        emit(.sending)
    }

    /// Reads to the end of the reply, and on to the end of the connection's stream, so that it can be used again.
    func read(_ response: HTTPClientResponse, _ attempt: Attempt, _ watch: Watch) async throws {
        var pass = ReplyPass(isWhole: try Self.isWhole(response.headers), attempt: attempt, watch: watch, stream: self)
        let progress = attempt.progress
        emit(
            .connected(
                CloudConnection(
                    model: model, requestID: progress.requestID, inferenceID: progress.inferenceID,
                    quota: RateHeaders.quota(response.headers))))
        var size = 0
        for try await buffer in response.body {
            size += buffer.readableBytes
            guard size <= Self.maxBytes else {
                throw Attempt.Fault(kind: .invalidReply, detail: "it is far too long")
            }
            try pass.handle(buffer)
        }
        try pass.finish()
    }

    fileprivate func tell(_ event: CloudEvent) { emit(event) }

    fileprivate func complete(_ stop: CloudStop, _ usage: CloudUsage?, firstTextAt: Duration?) {
        let now = time.now()
        let start = state.withLock { state in
            state.isComplete = true
            return state.sentAt ?? now
        }
        let summary = CloudSummary(
            stop: stop, usage: usage, timeToFirstToken: firstTextAt.map { $0 - start }, duration: now - start,
            attempts: attemptNumber)
        emit(.finished(summary))
    }

    /// Whether the reply comes in one JSON text, as from a gateway that does not stream. Throws for what is neither.
    private static func isWhole(_ headers: HTTPHeaders) throws -> Bool {
        let coding = headers.first(name: "content-encoding")?.lowercased() ?? "identity"
        guard coding == "identity" else {
            throw Attempt.Fault(kind: .invalidReply, detail: "it is compressed, though plain text was asked for")
        }
        let type = headers.first(name: "content-type")?.lowercased() ?? "text/event-stream"
        if type.hasPrefix("application/json") { return true }
        guard type.hasPrefix("text/event-stream") else {
            throw Attempt.Fault(kind: .invalidReply, detail: "it is of the type \(type)")
        }
        return false
    }
}

/// Bytes → parser → reader → events, and word to the watch of every piece of text.
private struct ReplyPass {
    /// A line, or an event, of a reply is never longer than this.
    static let maxLineBytes = 1 << 20

    let isWhole: Bool
    let attempt: Attempt
    let watch: Watch
    let stream: ReplyStream
    var parser = SSEParser(limit: maxLineBytes)
    var reader = ReplyReader()
    var whole: [UInt8] = []
    var firstTextAt: Duration?

    mutating func handle(_ buffer: ByteBuffer) throws {
        guard !isWhole else { return whole += buffer.readableBytesView }
        try read(parser.handle(buffer.readableBytesView))
    }

    mutating func finish() throws {
        if isWhole {
            let text = String(decoding: whole, as: UTF8.self)
            try read([.message(type: "", data: text), .message(type: "", data: "[DONE]")])
        } else {
            try read(parser.finish())
        }
        try apply(reader.finish())
    }

    private mutating func read(_ events: [SSEEvent]) throws {
        for event in events { try apply(reader.handle(event)) }
    }

    private mutating func apply(_ effects: [ReplyReader.Effect]) throws {
        for effect in effects {
            switch effect {
            case .emit(let event):
                if firstTextAt == nil, reader.hasText { firstTextAt = stream.time.now() }
                attempt.update { [reader] in
                    $0.hasText = reader.hasText
                    $0.usage = reader.usage
                }
                watch.progress()
                stream.tell(event)
            case .complete(let stop, let usage):
                watch.closing()
                stream.complete(stop, usage, firstTextAt: firstTextAt)
            case .fail(let kind, let detail):
                throw Attempt.Fault(kind: kind, detail: detail)
            }
        }
    }
}
