/// What the double does with one request, step by step.
package struct Script: Sendable {
    package enum Step: Sendable {
        /// Status line and headers; the body that follows is chunked.
        case head(status: Int, headers: [(String, String)])
        /// A piece of the body, sent at once and by itself.
        case body([UInt8])
        /// The body is complete; the connection stays.
        case end
        /// Bytes below HTTP/1.1. HTTP/2 resets the stream instead.
        case raw([UInt8])
        /// Waits. Tests use a short time for "slow".
        case pause(Duration)
        /// Waits for something of the test's own.
        case wait(@Sendable () async -> Void)
        /// Says and does nothing more until the client goes.
        case hang
        /// Closes the connection in an orderly way, in the middle of whatever was going on.
        case close
        /// Resets the connection (HTTP/2: the stream).
        case reset
    }

    /// How HTTP/1.1 says where the body ends.
    package enum Framing: Sendable {
        /// By a last chunk.
        case chunked
        /// By its length, which the head announces; `missing` bytes of it never come.
        case length(missing: Int)
        /// By the end of the connection.
        case close
    }

    package var steps: [Step]
    package var framing = Framing.chunked
    /// Done after the steps, however far they came.
    package var finally: @Sendable () async -> Void

    package init(_ steps: [Step], finally: @escaping @Sendable () async -> Void = {}) {
        self.steps = steps
        self.finally = finally
    }

    /// A body in one piece with a status.
    package static func answer(
        _ status: Int, _ body: String, type: String = "application/json", headers: [(String, String)] = []
    )
        -> Script
    {
        Script([
            .head(status: status, headers: [("content-type", type)] + headers), .body(Array(body.utf8)), .end,
        ])
    }

    /// An event stream of these pieces.
    package static func stream(_ pieces: [String], then last: Step = .end) -> Script {
        Script([.streamHead] + pieces.map { .body(Array($0.utf8)) } + [last])
    }
}

extension Script.Step {
    /// The head of an event stream, with the identifiers that Nebius gives.
    package static var streamHead: Script.Step {
        .head(
            status: 200,
            headers: [
                ("content-type", "text/event-stream; charset=utf-8"), ("x-request-id", "req-0001"),
                ("x-inference-id", "inf-0001"), ("x-ratelimit-limit-requests", "600"),
                ("x-ratelimit-remaining-requests", "599"), ("x-ratelimit-reset-requests", "0.1"),
                ("x-ratelimit-remaining-tokens", "97%"), ("x-ratelimit-reset-tokens", "1s"),
            ])
    }
}
