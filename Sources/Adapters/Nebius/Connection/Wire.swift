import AssistantCore
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// HTTP with deadlines: one request, one reply, and one kind of failure.
struct Wire: Sendable {
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
        /// What must not appear in any message.
        var secrets: [Secret] = []
        /// For the whole request.
        var limit: Duration
    }

    let http: HTTPClient
    let timeouts: Timeouts
    let time: TimeSource
    let wallClock: @Sendable () -> Timestamp

    /// Sends a request and gives the reply to `consume` if it is a 200. Throws ``CloudFailure`` only.
    func exchange<Value: Sendable>(
        _ outgoing: Outgoing,
        _ consume: @escaping @Sendable (HTTPClientResponse, Attempt, Watch) async throws -> Value
    ) async throws(CloudFailure) -> Value {
        let attempt = Attempt(hiding: outgoing.secrets)
        let watch = Watch(timeouts, total: outgoing.limit, time: time)
        let request = request(outgoing) {
            attempt.update { $0.isSent = true }
            watch.sending()
            outgoing.onSend()
        }
        do {
            return try await watch.during {
                let response = try await http.execute(request, deadline: .distantFuture)
                attempt.update {
                    $0.status = Int(response.status.code)
                    $0.headers = response.headers
                }
                guard response.status == .ok else { throw try await refusal(response, attempt) }
                return try await consume(response, attempt, watch)
            }
        } catch {
            throw attempt.progress.failure(error, at: outgoing.host, now: wallClock())
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
            let body = OutgoingBody(bytes: ByteBuffer(bytes: outgoing.body), onSend: onSend)
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

/// A body in one piece that tells when it is fetched, which is when a connection is there to take it.
private struct OutgoingBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let bytes: ByteBuffer
    let onSend: @Sendable () -> Void

    struct Iterator: AsyncIteratorProtocol {
        var rest: OutgoingBody?

        mutating func next() async -> ByteBuffer? {
            defer { rest = nil }
            rest?.onSend()
            return rest?.bytes
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(rest: self) }
}
