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
    fileprivate let emit: @Sendable (CloudEvent) -> Void
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
    func read(_ response: HTTPClientResponse, _ attempt: Attempt, _ deadline: RequestDeadline) async throws {
        let type = try Self.contentType(response.headers)
        var decoder = ReplyDecoder(type: type, attempt: attempt, deadline: deadline, stream: self)
        let progress = attempt.progress
        emit(
            .connected(
                CloudConnection(
                    model: model, requestID: progress.requestID, inferenceID: progress.inferenceID,
                    quota: RateHeaders.quota(response.headers))))
        var size = 0
        do {
            for try await buffer in response.body {
                size += buffer.readableBytes
                guard size <= Self.maxBytes else {
                    throw Attempt.Fault(kind: .invalidReply, detail: "it is far too long")
                }
                try decoder.handle(buffer)
            }
        } catch let fault as Attempt.Fault {
            throw fault
        } catch {
            return try decoder.finish(after: error)
        }
        try decoder.finish()
    }

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

    /// In lower case; empty where there is none. Throws where the reply is compressed.
    private static func contentType(_ headers: HTTPHeaders) throws -> String {
        let coding = headers.first(name: "content-encoding")?.lowercased() ?? "identity"
        guard coding == "identity" else {
            throw Attempt.Fault(kind: .invalidReply, detail: "it is compressed, though plain text was asked for")
        }
        return headers.first(name: "content-type")?.lowercased() ?? ""
    }
}

/// Decodes the bytes of one reply into events, by parser and reader, and moves the deadline with every piece of text.
private struct ReplyDecoder {
    /// A line, or an event, of a reply is never longer than this.
    static let maxLineBytes = 1 << 20
    /// As much of a page is read as is needed to say what it is.
    private static let maxWordBytes = 4096

    let type: String
    let attempt: Attempt
    let deadline: RequestDeadline
    let stream: ReplyStream
    /// `nil` until enough has come to know it.
    var form: ReplyForm?
    var parser = SSEParser(limit: maxLineBytes)
    var reader = ReplyReader()
    /// What has come of a reply that is no event stream, or not known to be one.
    var held: [UInt8] = []
    var firstTextAt: Duration?

    mutating func handle(_ buffer: ByteBuffer) throws {
        if form == .events { return try read(parser.handle(buffer.readableBytesView)) }
        held += buffer.readableBytesView
        try detectForm(isEnd: false)
        if form == .words, held.count >= Self.maxWordBytes { throw foreignWords }
    }

    /// Takes the end of a body that the transport says is whole.
    mutating func finish() throws {
        try detectForm(isEnd: true)
        switch form {
        case .whole: try readWhole()
        case .words: throw foreignWords
        case .events, nil:
            try read(parser.finish())
            try apply(reader.finish())
        }
    }

    /// Takes the end of a body that has been cut off. That is no matter where the answer had come to its end before.
    mutating func finish(after error: any Error) throws {
        if form == .whole, (try? ReplyChunk(parsing: String(decoding: held, as: UTF8.self))) != nil {
            return try readWhole()
        }
        guard reader.hasStopped else { throw error }
        try apply(reader.finish())
    }

    private mutating func detectForm(isEnd: Bool) throws {
        guard form == nil else { return }
        form = ReplyForm(held, isEnd: isEnd, type: type)
        guard form == .events else { return }
        let head = held
        held = []
        try read(parser.handle(head))
    }

    /// One JSON text is the whole reply, `[DONE]` and all.
    private mutating func readWhole() throws {
        let text = String(decoding: held, as: UTF8.self)
        guard text.last(where: { !$0.isWhitespace }).map({ "}]".contains($0) }) == true else {
            throw Attempt.Fault(kind: .brokenStream, detail: "")
        }
        try read([.message(type: "", data: text), .message(type: "", data: "[DONE]")])
    }

    private var foreignWords: Attempt.Fault {
        let words = ServerText.cleaned(ServerError(status: 200, body: held, retryAfter: nil).sentence, limit: 100)
        let kind = type.isEmpty ? "it has no content-type" : "it is of the type \(type)"
        return Attempt.Fault(kind: .invalidReply, detail: words.isEmpty ? kind : "\(kind): \(words)")
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
                deadline.progress()
                stream.emit(event)
            case .complete(let stop, let usage):
                deadline.closing()
                stream.complete(stop, usage, firstTextAt: firstTextAt)
            case .fail(let kind, let detail):
                throw Attempt.Fault(kind: kind, detail: detail)
            }
        }
        if reader.hasStopped, !stream.isComplete { deadline.ending() }
    }
}
