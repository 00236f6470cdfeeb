import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOPosix
import NIOSSL

/// A server on loopback that behaves like Nebius Token Factory, or as badly as a test wants.
package final class NebiusDouble: Sendable {
    /// How the double takes connections.
    package enum Transport: Sendable {
        case plain
        /// TLS, with HTTP/2 where `offersHTTP2`. Clients must prove themselves where `clientAuthority` (PEM) is given.
        case tls(TestAuthority.Identity, clientAuthority: String? = nil, offersHTTP2: Bool = false)
        /// Accepts connections and says nothing.
        case silent
    }

    /// Gives the script for a request; `number` counts from 1.
    package typealias Responder = @Sendable (_ request: SeenRequest, _ number: Int) -> Script

    private let channel: any Channel
    private let ledger: Ledger
    private let scheme: String

    private init(channel: any Channel, ledger: Ledger, scheme: String) {
        self.channel = channel
        self.ledger = ledger
        self.scheme = scheme
    }

    /// Listens on a port that the system picks, of 127.0.0.1 or another address of this device.
    ///
    /// - Parameters:
    ///   - socket: bound to such a port already, in place of `host` and `port`.
    ///   - hold: waited for before a connection's first byte is read, so that no handshake comes about.
    package static func start(
        _ transport: Transport, host: String = "127.0.0.1", port: Int = 0, socket: CInt? = nil,
        respond: @escaping Responder = NebiusDouble.asAsked, hold: (@Sendable () async -> Void)? = nil
    ) async throws -> NebiusDouble {
        let ledger = Ledger()
        let numbered: @Sendable (SeenRequest) -> Script = { respond($0, ledger.seen.requests.count) }
        let tls = try TLSContext(transport)
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: hold == nil)
            .childChannelInitializer { channel in
                if let hold {
                    Task {
                        await hold()
                        // The client may have gone.
                        try? await channel.setOption(.autoRead, value: true).get()
                    }
                }
                return channel.eventLoop.makeCompletedFuture {
                    try configure(channel, transport, tls, ledger, numbered)
                }
            }
        let channel =
            if let socket { try await bootstrap.withBoundSocket(socket).get() } else {
                try await bootstrap.bind(host: host, port: port).get()
            }
        let scheme = if case .plain = transport { "http" } else { "https" }
        return NebiusDouble(channel: channel, ledger: ledger, scheme: scheme)
    }

    package var port: Int { channel.localAddress?.port ?? 0 }
    /// The address for `--cloud-url`.
    package var url: String { "\(scheme)://localhost:\(port)/v1" }
    /// What has been seen so far.
    package var seen: Seen { ledger.seen }

    /// Waits until the condition holds.
    package func wait(until condition: @escaping @Sendable (Seen) -> Bool) async {
        await ledger.wait(until: condition)
    }

    /// Stops to listen and hangs up on whoever is connected. Once is enough, twice does no harm.
    package func stop() async throws {
        do {
            try await channel.close()
        } catch ChannelError.alreadyClosed {
            return
        }
        for connection in ledger.connections { connection.close(promise: nil) }
    }

    private static func configure(
        _ channel: any Channel, _ transport: Transport, _ tls: TLSContext?, _ ledger: Ledger,
        _ respond: @escaping @Sendable (SeenRequest) -> Script
    ) throws {
        try channel.pipeline.syncOperations.addHandler(Edge(ledger: ledger), name: Edge.name)
        if case .silent = transport { return }
        guard let tls else { return try configureHTTP1(channel, ledger, respond) }
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls.context))
        guard tls.offersHTTP2 else { return try configureHTTP1(channel, ledger, respond) }
        _ = channel.configureHTTP2SecureUpgrade(
            h2ChannelConfigurator: { channel in
                channel.configureHTTP2Pipeline(mode: .server) { stream in
                    stream.eventLoop.makeCompletedFuture {
                        try stream.pipeline.syncOperations.addHandlers(
                            HTTP2FramePayloadToHTTP1ServerCodec(),
                            ScriptHandler(isHTTP2: true, ledger: ledger, respond: respond))
                    }
                }.map { _ in }
            },
            http1ChannelConfigurator: { channel in
                channel.eventLoop.makeCompletedFuture { try configureHTTP1(channel, ledger, respond) }
            })
    }

    private static func configureHTTP1(
        _ channel: any Channel, _ ledger: Ledger, _ respond: @escaping @Sendable (SeenRequest) -> Script
    ) throws {
        try channel.pipeline.syncOperations.addHandlers(
            ByteToMessageHandler(HTTPRequestDecoder()),
            ScriptHandler(isHTTP2: false, ledger: ledger, respond: respond))
    }
}

/// The server's side of TLS, made once.
private struct TLSContext: Sendable {
    let context: NIOSSLContext
    let offersHTTP2: Bool

    /// `nil` for a transport without TLS.
    init?(_ transport: NebiusDouble.Transport) throws {
        guard case .tls(let identity, let clientAuthority, let offersHTTP2) = transport else { return nil }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(identity.certificate.utf8))
                .map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(identity.key.utf8), format: .pem)))
        if let clientAuthority {
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(clientAuthority.utf8)))
            tls.certificateVerification = .noHostnameVerification
        }
        tls.applicationProtocols = offersHTTP2 ? ["h2", "http/1.1"] : []
        context = try NIOSSLContext(configuration: tls)
        self.offersHTTP2 = offersHTTP2
    }
}
