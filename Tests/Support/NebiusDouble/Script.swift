/// What the double does with one request, step by step.
public struct Script: Sendable {
    public enum Step: Sendable {
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

    public var steps: [Step]
    /// Done after the steps, however far they came.
    public var finally: @Sendable () async -> Void

    public init(_ steps: [Step], finally: @escaping @Sendable () async -> Void = {}) {
        self.steps = steps
        self.finally = finally
    }

    /// A body in one piece with a status.
    public static func answer(
        _ status: Int, _ body: String, type: String = "application/json", headers: [(String, String)] = []
    )
        -> Script
    {
        Script([
            .head(status: status, headers: [("content-type", type)] + headers), .body(Array(body.utf8)), .end,
        ])
    }

    /// An event stream of these pieces.
    public static func stream(_ pieces: [String], then last: Step = .end) -> Script {
        Script([.streamHead] + pieces.map { .body(Array($0.utf8)) } + [last])
    }
}

extension Script.Step {
    /// The head of an event stream, with the identifiers that Nebius gives.
    public static var streamHead: Script.Step {
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
