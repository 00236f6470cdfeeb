import NIOCore
import NIOPosix
import Synchronization

/// A proxy on loopback that speaks HTTP's CONNECT and SOCKS 5, and remembers where it was asked to connect to.
final class ProxyDouble: Sendable {
    private typealias Bytes = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    let port: Int
    private let asked = Mutex<[String]>([])
    private let server: NIOAsyncChannel<Bytes, Never>

    /// `HOST:PORT` for each connection that was asked for.
    var targets: [String] { asked.withLock { $0 } }

    init() async throws {
        server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture { try Bytes(wrappingChannelSynchronously: channel) }
            }
        port = server.channel.localAddress?.port ?? 0
    }

    /// Serves as long as `body` runs.
    func during<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await self.server.executeThenClose { clients in
                    try await withThrowingDiscardingTaskGroup { inner in
                        for try await client in clients {
                            inner.addTask { try? await self.serve(client) }
                        }
                    }
                }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    private func serve(_ client: Bytes) async throws {
        try await client.executeThenClose { inbound, outbound in
            var incoming = inbound.makeAsyncIterator()
            guard var first = try await incoming.next() else { return }
            let target: String
            let granted: [UInt8]
            if first.readableBytesView.first == 5 {
                try await outbound.write(ByteBuffer(bytes: [5, 0]))
                guard let request = try await incoming.next() else { return }
                let bytes = Array(request.readableBytesView)
                let name = String(decoding: bytes[5..<5 + Int(bytes[4])], as: UTF8.self)
                target = "\(name):\(Int(bytes[bytes.count - 2]) << 8 | Int(bytes[bytes.count - 1]))"
                granted = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0]
            } else {
                let line = first.readString(length: first.readableBytes) ?? ""
                target = line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
                granted = Array("HTTP/1.1 200 Connected\r\n\r\n".utf8)
            }
            asked.withLock { $0.append(target) }
            guard let port = target.split(separator: ":").last.flatMap({ Int($0) }) else { return }
            let peer = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture { try Bytes(wrappingChannelSynchronously: channel) }
                }
            // Inside, for whoever asked may be gone by now: a channel that nobody closes ends the process.
            try await peer.executeThenClose { back, forth in
                try await outbound.write(ByteBuffer(bytes: granted))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for try await piece in back { try await outbound.write(piece) }
                        outbound.finish()
                    }
                    while let piece = try await incoming.next() { try await forth.write(piece) }
                    forth.finish()
                    try await group.waitForAll()
                }
            }
        }
    }
}
