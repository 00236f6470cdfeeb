import AssistantCore
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// HTTP with deadlines: one request, one reply, and one kind of failure.
struct HTTPTransport: Sendable {
    /// A request on its way out.
    struct Outgoing: Sendable {
        var method: HTTPMethod
        var url: String
        /// For messages.
        var host: String
        var headers: HTTPHeaders
        var body: [UInt8] = []
        /// Told when a connection is there and the body begins to leave; never for a request without a body.
        var onSend: @Sendable () -> Void = {}
        /// Asked before each piece of the body is handed to the connection.
        var mayLeave: @Sendable () async -> Bool = { true }
        /// What must not appear in any message.
        var secrets: [Secret] = []
        /// For the whole request.
        var limit: Duration
    }

    /// At least one. The next one is asked where nothing listens for the one before.
    let clients: [HTTPClient]
    /// `host:port` of the proxy that everything goes by; `nil` where there is none.
    let proxy: String?
    let timeouts: Timeouts
    let time: TimeSource
    let wallClock: @Sendable () -> Timestamp

    /// Sends a request and gives the reply to `consume` if it is a 200. Throws ``CloudFailure`` only.
    func exchange<Value: Sendable>(
        _ outgoing: Outgoing,
        _ consume: @escaping @Sendable (HTTPClientResponse, Attempt, RequestDeadline) async throws -> Value
    ) async throws(CloudFailure) -> Value {
        var refusal: CloudFailure?
        for client in clients {
            do {
                return try await exchange(outgoing, client, consume)
            } catch {
                // Nothing was sent: to ask at the next address is no repetition.
                guard error.kind == .unreachable, error.billing == .nothingSent else { throw error }
                refusal = refusal ?? error
            }
        }
        guard let refusal else { preconditionFailure("a wire has at least one client") }
        throw refusal
    }

    private func exchange<Value: Sendable>(
        _ outgoing: Outgoing, _ http: HTTPClient,
        _ consume: @escaping @Sendable (HTTPClientResponse, Attempt, RequestDeadline) async throws -> Value
    ) async throws(CloudFailure) -> Value {
        let attempt = Attempt(hiding: outgoing.secrets)
        let deadline = RequestDeadline(timeouts, total: outgoing.limit, time: time)
        let request = request(outgoing) {
            attempt.update { $0.isSent = true }
            deadline.sending()
            outgoing.onSend()
        }
        do {
            return try await deadline.during {
                let response = try await http.execute(request, deadline: .distantFuture)
                attempt.update {
                    $0.status = Int(response.status.code)
                    $0.headers = response.headers
                }
                guard response.status == .ok else { throw try await refusal(response, attempt) }
                return try await consume(response, attempt, deadline)
            }
        } catch {
            let progress = attempt.progress
            // Until something was sent, the proxy is as likely to be at fault.
            let way = progress.isSent ? "" : proxy.map { " (by way of the proxy \($0))" } ?? ""
            throw progress.failure(error, at: outgoing.host + way, now: wallClock())
        }
    }

    /// Sends a request and gives the body of the reply, of at most `maxBytes`.
    func collect(_ outgoing: Outgoing, maxBytes: Int) async throws(CloudFailure) -> [UInt8] {
        try await exchange(outgoing) { response, _, _ in
            var bytes: [UInt8] = []
            for try await buffer in response.body {
                bytes += buffer.readableBytesView
                guard bytes.count <= maxBytes else {
                    throw Attempt.Fault(kind: .invalidReply, detail: "it is far too long")
                }
            }
            return bytes
        }
    }

    private func request(_ outgoing: Outgoing, onSend: @escaping @Sendable () -> Void) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: outgoing.url)
        request.method = outgoing.method
        request.headers = outgoing.headers
        if !outgoing.body.isEmpty {
            let body = OutgoingBody(
                bytes: ByteBuffer(bytes: outgoing.body), host: outgoing.host, onSend: onSend,
                mayLeave: outgoing.mayLeave)
            request.body = .stream(body, length: .known(Int64(outgoing.body.count)))
        }
        return request
    }

    /// Reads what a server says instead of an answer: a page's worth, however much it sends.
    private func refusal(_ response: HTTPClientResponse, _ attempt: Attempt) async throws -> Attempt.Fault {
        for try await buffer in response.body {
            let size = attempt.update { progress in
                progress.refusal += buffer.readableBytesView
                return progress.refusal.count
            }
            if size > 65_536 { break }
        }
        return Attempt.Fault(kind: .invalidReply, detail: "")
    }
}

/// A body in pieces that are fetched one by one once a connection is there to take them. Each is given out only where it
/// may leave at that moment; the first one is told.
private struct OutgoingBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    /// A connection asks for the next piece when it has sent most of the one before: no more than this waits in it.
    private static let pieceBytes = 16_384

    let bytes: ByteBuffer
    let host: String
    let onSend: @Sendable () -> Void
    let mayLeave: @Sendable () async -> Bool

    struct Iterator: AsyncIteratorProtocol {
        let body: OutgoingBody
        var rest: ByteBuffer
        var hasBegun = false

        mutating func next() async throws -> ByteBuffer? {
            guard let piece = rest.readSlice(length: Swift.min(rest.readableBytes, OutgoingBody.pieceBytes)),
                piece.readableBytes > 0
            else { return nil }
            guard await body.mayLeave() else { throw CloudFailure.withheld(at: body.host, hasBegun: hasBegun) }
            if !hasBegun { body.onSend() }
            hasBegun = true
            return piece
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(body: self, rest: bytes) }
}

extension CloudFailure {
    /// The permission was gone. `hasBegun` where a part of the body had been handed out.
    static func withheld(at host: String, hasBegun: Bool = false) -> CloudFailure {
        let kind = Kind.withheld
        return CloudFailure(
            kind, billing: hasBegun ? .sent : .nothingSent, message: kind.sentence(host: host))
    }
}
