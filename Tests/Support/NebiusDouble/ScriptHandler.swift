import NIOCore
import NIOHTTP1
import NIOPosix

/// Collects a request and plays the script for it.
final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let respond: @Sendable (SeenRequest) -> Script
    private let ledger: Ledger
    private let isHTTP2: Bool
    private var request: SeenRequest?
    private var play: Task<Void, Never>?

    init(isHTTP2: Bool, ledger: Ledger, respond: @escaping @Sendable (SeenRequest) -> Script) {
        self.isHTTP2 = isHTTP2
        self.ledger = ledger
        self.respond = respond
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
            request = SeenRequest(method: head.method.rawValue, uri: head.uri, headers: headers, body: [])
        case .body(let buffer):
            request?.body += buffer.readableBytesView
            ledger.note { $0.bodyBytes += buffer.readableBytes }
        case .end:
            guard let request else { return }
            ledger.note { $0.requests.append(request) }
            let script = respond(request)
            let player = Player(
                channel: context.channel, isHTTP2: isHTTP2, isHead: request.method == "HEAD", framing: script.framing,
                length: script.length)
            play = Task { [ledger] in
                await player.play(script)
                await script.finally()
                ledger.note { $0.played += 1 }
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        play?.cancel()
        ledger.note { $0.closed += 1 }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

extension Script {
    fileprivate var length: Int {
        steps.reduce(0) { if case .body(let bytes) = $1 { $0 + bytes.count } else { $0 } }
    }
}

/// Carries out the steps of a script on a connection, or on a stream of one.
private struct Player: Sendable {
    let channel: any Channel
    let isHTTP2: Bool
    /// An answer to HEAD has no body.
    let isHead: Bool
    let framing: Script.Framing
    /// Bytes of the whole body.
    let length: Int

    func play(_ script: Script) async {
        do {
            for step in script.steps { try await play(step) }
        } catch {
            // The client has gone, which is what many tests are about.
        }
    }

    private func play(_ step: Script.Step) async throws {
        switch step {
        case .head(let status, let headers): try await head(status, headers)
        case .body(let bytes): try await body(bytes)
        case .end: try await end()
        case .raw(let bytes): try await isHTTP2 ? channel.close() : write(bytes)
        case .pause(let duration): try await Task.sleep(for: duration)
        case .wait(let condition): await condition()
        case .hang: return
        case .close: try await channel.close()
        case .reset: try await reset()
        }
    }

    private func head(_ status: Int, _ headers: [(String, String)]) async throws {
        if isHTTP2 {
            let head = HTTPResponseHead(
                version: .http2, status: .init(statusCode: status), headers: HTTPHeaders(headers))
            return try await channel.writeAndFlush(HTTPServerResponsePart.head(head))
        }
        var lines = ["HTTP/1.1 \(status) Scripted"] + headers.map { "\($0): \($1)" }
        switch framing {
        case _ where isHead: lines.append("content-length: 0")
        case .chunked: lines.append("transfer-encoding: chunked")
        case .length(let missing): lines.append("content-length: \(length + missing)")
        case .close: lines.append("connection: close")
        }
        try await write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
    }

    private func body(_ bytes: [UInt8]) async throws {
        guard !isHead, !bytes.isEmpty else { return }
        if isHTTP2 {
            return try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))))
        }
        guard case .chunked = framing else { return try await write(bytes) }
        try await write(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8))
    }

    private func end() async throws {
        if isHTTP2 {
            try await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
        } else if !isHead {
            switch framing {
            case .chunked: try await write(Array("0\r\n\r\n".utf8))
            case .length: break
            case .close: try await channel.close()
            }
        }
    }

    private func write(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    private func reset() async throws {
        guard !isHTTP2, let socket = channel as? any SocketOptionProvider else { return try await channel.close() }
        try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try await Edge.close(channel)
    }
}
