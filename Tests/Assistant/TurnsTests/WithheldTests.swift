import AssistantCore
import CNameLookup
import Foundation
import Glibc
import Nebius
import NebiusDouble
import Routing
import Synchronization
import Testing

@testable import Turns

/// Where a request is on its way when the permission is taken back.
enum Delay: CaseIterable {
    /// The name of the server is being looked up.
    case name
    /// Its port does not answer yet.
    case connect
    /// It does not shake hands yet.
    case handshake
    /// It has the request and does not answer yet.
    case firstByte
    /// It was busy, and is asked again in a moment.
    case retry

    /// Whether the body had left before.
    var isLate: Bool { self == .firstByte || self == .retry }
}

/// Who takes the permission back.
enum Means: CaseIterable {
    /// F5, or `/local`.
    case lock
    /// The operator configures `local_only`.
    case configuredLock
    /// The operator configures a rule that keeps what was asked.
    case configuredRule
    /// Esc, or `/stop`.
    case stop
    /// Ctrl-Q, or a signal.
    case quit
    /// Another process withdraws the consent.
    case withdrawal
}

/// The permission to send is asked where the bytes are handed out: whoever takes it back while a request is on its way is
/// obeyed, wherever it is. With the real client and a real server behind TLS, which is held up at each place.
@Suite struct WithheldTests {
    /// `BRIM_WITHHELD_RUNS` sets how often each place and each means meet; `make withheld-test` asks for 34, which makes
    /// 1,020 in all.
    private static let runs =
        ProcessInfo.processInfo.environment["BRIM_WITHHELD_RUNS"].flatMap { Int($0) } ?? 1
    /// So many at once.
    private static let crowd = 8

    @Test(
        "Not a byte of the body is handed out after the permission is gone, and the money goes back",
        .timeLimit(.minutes(30)), arguments: Delay.allCases, Means.allCases)
    func withheld(delay: Delay, means: Means) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for run in 0..<Self.runs {
                if run >= Self.crowd { try await group.next() }
                group.addTask { try await HeldUpRequest(delay).withhold(means) }
            }
            try await group.waitForAll()
        }
    }

    @Test("The same request arrives where nobody takes the permission back", arguments: Delay.allCases)
    func control(delay: Delay) async throws {
        let request = try await HeldUpRequest(delay)
        try await request.reach()
        try await request.release()
        await request.running.end()
        let seen = try await request.close()
        #expect(seen.requests.count == (delay == .retry ? 2 : 1))
        #expect(seen.requests.allSatisfy { $0.text.contains(HeldUpRequest.question) })
    }
}

/// A turn whose request is held up on its way to a server of its own.
private struct HeldUpRequest {
    static let question = "Where does the blue heron sleep?"
    static let authority = Result { try HeldUpAuthority() }

    let delay: Delay
    let running: TurnRunner.Running
    private let books = MemoryBooks()
    private let gateway: CloudGateway
    private let client: NebiusClient
    private let server: Server
    private let isRetrying = Latch()
    private let watch: Task<Void, Never>

    init(_ delay: Delay) async throws {
        self.delay = delay
        let authority = try Self.authority.get()
        server = try await Server(delay, authority)
        var configuration = NebiusConfiguration(model: "double/echo", credential: .none)
        configuration.url = server.url
        configuration.tls.trustRoots = authority.file
        // On a machine that does much else at once, nothing gives up by itself.
        configuration.timeouts.connect = .seconds(600)
        configuration.timeouts.firstToken = .seconds(600)
        configuration.timeouts.total = .seconds(600)
        // Long enough to do something before it is over, also on a busy machine.
        configuration.retries.initialDelay = .milliseconds(600)
        client = try NebiusClient(configuration)
        books.state.withLock { [url = server.url] in
            $0.consent = Consent(
                subject: url, isGranted: true, source: "test", givenAt: Timestamp(millisecondsSince1970: 0))
        }
        gateway = CloudGateway(
            CloudGateway.Settings(endpoint: server.url, policy: try RoutingPolicy()),
            ports: CloudGateway.Ports(client: client, ledger: books, audit: books, consents: books),
            clock: { Timestamp(millisecondsSince1970: 1_000_000) })
        // So that the request itself is the first that wants a connection.
        gateway.state.withLock { $0.selection = CloudSelection(model: CloudModelInfo(id: "double/echo")) }
        let runner = TurnRunner(model: nil, gateway: gateway, now: { Timestamp(millisecondsSince1970: 1_000_000) })
        running = runner.run(TurnRequest(prompt: Self.question))
        watch = Task { [running, isRetrying] in
            for await update in running.updates {
                if case .cloud(.retrying) = update { isRetrying.open() }
            }
            isRetrying.open()
        }
    }

    /// Returns when the request is where it is held up.
    func reach() async throws {
        try await server.reach(delay)
        if delay == .retry { await isRetrying.wait() }
    }

    func release() async throws { try await server.release(delay) }

    /// Takes the permission back, lets the request go on, and looks at what the server gets.
    func withhold(_ means: Means) async throws {
        try await reach()
        let before = server.double?.seen.bodyBytes ?? 0
        try take(means)
        try await release()
        await running.end()
        let seen = try await close()
        #expect(seen.bodyBytes == before, "\(delay) \(means)")
        #expect(seen.requests.count == (delay.isLate ? 1 : 0), "\(delay) \(means)")
        let lines = books.state.withLock { Array($0.lines.values) }
        if !delay.isLate {
            #expect(before == 0 && lines == [.released], "\(delay) \(means)")
            #expect(books.state.withLock { $0.audit.map(\.kind) }.contains(.outcome), "\(delay) \(means)")
        }
    }

    private func take(_ means: Means) throws {
        switch means {
        case .lock: gateway.setLocalOnly(true)
        case .configuredLock: gateway.tighten(to: .localOnly)
        case .configuredRule:
            let rule = StayRule(name: "birds", phrases: ["blue heron"])
            gateway.apply(try RoutingPolicy(RoutingRules(stayHome: [rule])))
        case .stop: running.stop()
        case .quit: gateway.shut()
        case .withdrawal: books.state.withLock { $0.consent?.isGranted = false }
        }
    }

    /// Hangs up, and returns what had arrived when the last connection was closed.
    func close() async throws -> Seen {
        await watch.value
        await client.shutdown()
        return try await server.close()
    }
}

/// A server that is held up at one place until it is released.
private final class Server: Sendable {
    let url: String
    private let name: String
    private let latch = Latch()
    private let authority: HeldUpAuthority
    /// A port that no connection comes to any more, and the one that fills it.
    private let full: FullPort?
    private let started: Mutex<NebiusDouble?>

    /// `nil` where its port does not answer yet.
    var double: NebiusDouble? { started.withLock(\.self) }

    init(_ delay: Delay, _ authority: HeldUpAuthority) async throws {
        self.authority = authority
        name = delay == .name ? "n\(UInt32.random(in: 0 ... .max)).held.test" : "localhost"
        full = delay == .connect ? try FullPort() : nil
        guard delay != .connect else {
            url = "https://localhost:\(full?.port ?? 0)/v1"
            started = Mutex(nil)
            return
        }
        let wait: @Sendable () async -> Void = { [latch] in await latch.wait() }
        let double = try await NebiusDouble.start(
            .tls(authority.identity(of: name)), respond: Self.responder(delay, latch),
            hold: delay == .handshake ? wait : nil)
        started = Mutex(double)
        url = "https://\(name):\(double.port)/v1"
    }

    private static func responder(_ delay: Delay, _ latch: Latch) -> NebiusDouble.Responder {
        { _, number in
            switch delay {
            case .firstByte: Script([.wait { await latch.wait() }] + Behaviour.polite.script.steps)
            case .retry where number == 1: Behaviour.busy.script
            default: Behaviour.polite.script
            }
        }
    }

    func reach(_ delay: Delay) async throws {
        switch delay {
        case .name: try await poll { [name] in unsafe cnl_lookups(name) > 0 }
        case .connect: try await full?.waitForClient()
        case .handshake: await double?.wait { $0.connections == 1 }
        case .firstByte, .retry: await double?.wait { $0.requests.count == 1 }
        }
    }

    func release(_ delay: Delay) async throws {
        latch.open()
        unsafe cnl_release(name)
        guard let full else { return }
        let double = try await NebiusDouble.start(
            .tls(authority.identity(of: name)), socket: full.takeSocket(), respond: Self.responder(delay, latch))
        started.withLock { $0 = double }
        // The client tries again a second after its first attempt.
        try await poll(for: .seconds(3)) { double.seen.connections > 1 }
        full.leave()
    }

    func close() async throws -> Seen {
        guard let double else { return Seen() }
        await double.wait { $0.closed == $0.connections }
        let seen = double.seen
        try await double.stop()
        return seen
    }
}

/// A port of this device that does not answer: its queue is full.
private final class FullPort: Sendable {
    struct Failure: Error {}

    let port: UInt16
    private let socket: Int32
    private let filler: Int32

    init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let filler = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isFull = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(socket, address, length) == 0 && listen(socket, 0) == 0
                    && getsockname(socket, address, &length) == 0 && connect(filler, address, length) == 0
            }
        }
        guard isFull else { throw Failure() }
        (self.socket, self.filler) = (socket, filler)
        port = UInt16(bigEndian: address.sin_port)
    }

    /// Gives the listening socket away.
    func takeSocket() -> Int32 { socket }

    /// The one that filled the queue goes.
    func leave() { Glibc.close(filler) }

    /// Returns when somebody waits for an answer to the first packet of a connection.
    func waitForClient() async throws {
        let address = "0100007F:" + String(format: "%04X", port)
        try await poll {
            let table = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
            return table.split(separator: "\n").contains { line in
                let fields = line.split(separator: " ")
                return fields.count > 3 && fields[2] == address && fields[3] == "02"
            }
        }
    }
}

/// Returns when the condition holds, or after so long.
private func poll(for limit: Duration = .seconds(300), _ condition: () throws -> Bool) async throws {
    let end = ContinuousClock.now + limit
    while try !condition(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
}

/// An authority that the clients of all runs trust, in a file of its own.
private final class HeldUpAuthority: Sendable {
    let file: String
    private let authority: TestAuthority
    private let local: TestAuthority.Identity

    init() throws {
        authority = try TestAuthority()
        local = try authority.server()
        file = NSTemporaryDirectory() + "held-up-\(UUID().uuidString).pem"
        try authority.certificate.write(toFile: file, atomically: true, encoding: .utf8)
    }

    func identity(of name: String) throws -> TestAuthority.Identity {
        name == "localhost" ? local : try authority.server(of: name)
    }
}

/// Holds up whoever waits until it is opened, for good.
private final class Latch: Sendable {
    private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
