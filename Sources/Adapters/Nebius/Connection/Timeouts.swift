/// How long each wait may be.
package struct Timeouts: Sendable, Hashable {
    /// Until a connection is there: name, TCP and TLS together.
    package var connect: Duration = .seconds(10)
    /// From the request to the first text. Models that reason without showing it need patience.
    package var firstToken: Duration = .seconds(60)
    /// Between two pieces of text.
    package var stall: Duration = .seconds(20)
    /// The whole request, repetitions and pauses included.
    package var total: Duration = .seconds(300)

    package init() {}
}
