import AssistantCore
import Foundation
import Nebius
import NebiusDouble
import Routing
import Synchronization
import Testing

@testable import Turns

/// Turns with the real client, beside a server that counts every connection and every byte.
@Suite struct WatchedServerTests {
    /// A gateway whose consent is for the server's own address.
    private func gateway(_ url: String, _ client: NebiusClient, lock: OperatorLock, rules: RoutingRules) throws -> (
        gateway: CloudGateway, books: MemoryBooks
    ) {
        let books = MemoryBooks()
        books.state.withLock {
            $0.consent = Consent(
                subject: url, isGranted: true, source: "test", givenAt: Timestamp(millisecondsSince1970: 0))
        }
        let settings = CloudGateway.Settings(endpoint: url, policy: try RoutingPolicy(rules), lock: lock)
        let ports = CloudGateway.Ports(client: client, ledger: books, audit: books, consents: books)
        return (CloudGateway(settings, ports: ports, clock: { Timestamp(millisecondsSince1970: 1_000_000) }), books)
    }

    private func ask(_ prompt: String, _ gateway: CloudGateway, failure: String?) async throws -> TurnOutcome {
        let model = ScriptedModel([("a", .random(in: 0.01...1)), ("b", 0.4)], failure: failure)
        let runner = TurnRunner(model: model, gateway: gateway, now: { Timestamp(millisecondsSince1970: 1_000_000) })
        var outcome: TurnOutcome?
        for await case .finished(let last) in runner.run(TurnRequest(prompt: prompt)).updates { outcome = last }
        return try #require(outcome)
    }

    private func watching(_ test: (NebiusDouble, NebiusClient) async throws -> Void) async throws {
        let server = try await NebiusDouble.start(.plain)
        var configuration = NebiusConfiguration(model: "double/echo", credential: .none)
        // Plain HTTP is for this device only, which is asked for by address.
        configuration.url = server.url.replacing("localhost", with: "127.0.0.1")
        let client = try NebiusClient(configuration)
        do { try await test(server, client) } catch { Issue.record(error) }
        await client.shutdown()
        try await server.stop()
    }

    @Test("Under local-only not one byte arrives in a thousand turns with faults; the same gateway unlocked is heard")
    func localOnly() async throws {
        try await watching { server, client in
            let (gateway, books) = try gateway(server.url, client, lock: .localOnly, rules: RoutingRules(threshold: 1))
            _ = try await gateway.prepare()
            for turn in 0..<1_000 {
                books.state.withLock {
                    $0.auditFails = turn % 3 == 0
                    $0.ledgerFails = turn % 7 == 0
                }
                let prompt = turn % 11 == 0 ? String(repeating: "long ", count: 400) : "What?"
                let outcome = try await ask(prompt, gateway, failure: turn % 5 == 0 ? "out of order" : nil)
                #expect(outcome.origin != .cloud)
            }
            #expect(server.seen.connections == 0 && server.seen.bytes == 0)

            books.state.withLock {
                $0.auditFails = false
                $0.ledgerFails = false
            }
            await gateway.setLock(.none)
            #expect(try await ask("What?", gateway, failure: nil).origin == .cloud)
            #expect(server.seen.connections > 0)
        }
    }

    @Test("What a rule keeps home never arrives, whatever the device can make of it")
    func staysHome() async throws {
        try await watching { server, client in
            let rules = RoutingRules(threshold: 1, stayHome: [StayRule(name: "medical")])
            let (gateway, _) = try gateway(server.url, client, lock: .none, rules: rules)
            for turn in 0..<200 {
                let prompt = "My doctor gave me a diagnosis; what does it mean? (\(turn))"
                let outcome = try await ask(prompt, gateway, failure: turn.isMultiple(of: 2) ? "out of order" : nil)
                #expect(outcome.origin != .cloud)
            }
            #expect(server.seen.requests.allSatisfy { $0.method == "GET" && !$0.text.contains("diagnosis") })
        }
    }
}
