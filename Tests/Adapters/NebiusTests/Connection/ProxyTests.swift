import AssistantCore
import HTTPSupport
import NIOCore
import NIOPosix
import NebiusDouble
import Synchronization
import Testing

@testable import Nebius

struct ProxyTests {
    @Test(
        "what is no proxy is refused before anything is sent, and a password is not repeated",
        arguments: ["https://proxy:1", "ftp://proxy", "http://", "http://proxy:99999", "socks5://u:hunter2@proxy"])
    func unusable(value: String) {
        #expect {
            try ProxySettings(environment: ["HTTPS_PROXY": value]).choice(for: "https://api.example.com/v1")
        } throws: { error in
            let failure = error as? CloudFailure
            return failure?.billing == .nothingSent && failure?.message.contains("HTTPS_PROXY") == true
                && failure?.message.contains("hunter2") == false
        }
    }

    @Test("an answer comes by way of a proxy that tunnels, whose name is told where it fails")
    func tunnel() async throws {
        let authority = try TestAuthority()
        let scratch = try Scratch()
        let identity = try authority.server(of: "api.example.com")
        try await NebiusDouble.run(.tls(identity)) { double in
            let tunnel = try await Tunnel.start(to: double.port)
            for (port, works) in [(tunnel.port, true), (1, false)] {
                var configuration = try Harness.configuration("https://api.example.com/v1")
                configuration.tls.trustRoots = try scratch.write(authority.certificate, as: "ca.pem")
                configuration.proxies = ProxySettings(environment: ["HTTPS_PROXY": "http://me:secret@127.0.0.1:\(port)"]
                )
                try await NebiusClient.run(configuration, time: TimeSource(ManualClock())) { client in
                    let outcome = await client.ask()
                    guard !works else {
                        #expect(outcome.text == ReplyTests.whole && outcome.failure == nil)
                        return
                    }
                    let failure = try #require(outcome.failure)
                    #expect(failure.kind == .unreachable && failure.billing == .nothingSent)
                    #expect(failure.message.hasPrefix("api.example.com (by way of the proxy 127.0.0.1:1)"))
                }
            }
            let asked = tunnel.head.text
            #expect(asked.hasPrefix("CONNECT api.example.com:443 HTTP/1.1\r\n"))
            #expect(asked.lowercased().contains("proxy-authorization: basic bwu6c2vjcmv0"))
            try await tunnel.channel.close()
        }
    }
}

/// A proxy that grants every CONNECT, and connects to one port of this device.
private final class Tunnel: Sendable {
    /// What it was asked first.
    let head: HeadRecord
    let channel: any Channel
    var port: Int { channel.localAddress?.port ?? 0 }

    private init(_ channel: any Channel, _ head: HeadRecord) {
        self.channel = channel
        self.head = head
    }

    static func start(to port: Int) async throws -> Tunnel {
        let head = HeadRecord()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(TunnelEntrance(to: port, head))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return Tunnel(channel, head)
    }
}

private final class HeadRecord: Sendable {
    private let state = Mutex("")

    var text: String { state.withLock(\.self) }

    func set(_ text: String) { state.withLock { $0 = text } }
}

/// Reads the CONNECT, grants it once the other connection stands, and passes on what comes from then on.
private final class TunnelEntrance: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let port: Int
    private let record: HeadRecord
    private var head = ""
    private var exit: (any Channel)?

    init(to port: Int, _ record: HeadRecord) {
        self.port = port
        self.record = record
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if let exit { return exit.writeAndFlush(buffer, promise: nil) }
        head += String(buffer: buffer)
        guard head.hasSuffix("\r\n\r\n") else { return }
        record.set(head)
        let entrance = context.channel
        let connected = ClientBootstrap(group: context.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(TunnelExit(to: entrance))
                }
            }
            .connect(host: "127.0.0.1", port: port)
        connected.assumeIsolated().whenSuccess { exit in
            self.exit = exit
            entrance.writeAndFlush(ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n"), promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        exit?.close(promise: nil)
    }
}

private final class TunnelExit: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let entrance: any Channel

    init(to entrance: any Channel) {
        self.entrance = entrance
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        entrance.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        entrance.close(promise: nil)
    }
}
