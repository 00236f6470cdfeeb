import NIOCore

/// Stands where the socket is: counts connections and bytes as they arrive, and resets.
final class Edge: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    static let name = "edge"
    private let ledger: Ledger

    init(ledger: Ledger) {
        self.ledger = ledger
    }

    func channelActive(context: ChannelHandlerContext) {
        ledger.opened(context.channel)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        ledger.closed(context.channel)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        ledger.note { $0.bytes += count }
        context.fireChannelRead(data)
    }

    /// Closes the socket without a word, TLS's included; with a reset where it does not linger.
    static func close(_ channel: any Channel) async throws {
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.context(name: name).close(promise: nil)
        }.get()
    }
}
