import AssistantCore
import Nebius
import NebiusDouble
import Testing

/// The list of models, and which of them answers.
struct SelectionTests {
    @Test("the preferred model is taken where it is offered, with its price and its context")
    func preferred() async throws {
        try await Bench.run { bench in
            let selection = try await bench.client.prepare()
            #expect(selection.model.id == "double/echo" && selection.isConfirmed && selection.notice == nil)
            #expect(selection.model.price?.inputMicroUSDPerMillion == 60_000)
            #expect(try await bench.client.models().count == 3)
            #expect(bench.double.seen.requests.first?.uri == "/v1/models?verbose=true")
        }
    }

    @Test("a retired model gives way to the first fallback that is offered, and that is said")
    func fallback() async throws {
        try await Bench.run(adjust: {
            $0.model = "double/retired"
            $0.fallbackModels = ["double/gone", "double/large", "double/echo"]
        }) { bench in
            let selection = try await bench.client.prepare()
            #expect(selection.model.id == "double/large")
            #expect(selection.passedOver == ["double/retired", "double/gone"])
            #expect(selection.notice?.contains("double/retired") == true)
            #expect(await bench.client.ask().failure == nil)
            #expect(bench.double.seen.requests.last?.text.contains(#""model":"double/large""#) == true)
        }
    }

    @Test("where nothing that is wanted is offered, the reason is told")
    func nothing() async throws {
        try await Bench.run(adjust: { $0.model = "double/retired" }) { bench in
            await #expect { try await bench.client.prepare() } throws: {
                ($0 as? CloudFailure)?.kind == .modelUnknown && "\($0)".contains("double/retired")
            }
        }
    }

    @Test(
        "an endpoint without a list is believed to have the model",
        arguments: [#"{"detail":"Not Found"}"#, "<html></html>", "[]["])
    func noList(reply: String) async throws {
        let status = reply.hasPrefix("{") ? 404 : 200
        try await Bench.run({ request, number in
            request.path == "/v1/models" ? .answer(status, reply) : NebiusDouble.asAsked(request, number)
        }) { bench in
            let selection = try await bench.client.prepare()
            #expect(selection == CloudSelection(model: CloudModelInfo(id: "double/echo"), isConfirmed: false))
            await #expect(throws: CloudFailure.self) { try await bench.client.models() }
        }
    }

    @Test("a refused key, a fault and a broken connection are told, and cost nothing")
    func failures() async throws {
        for behaviour in [Behaviour.unauthorised, .fault, .closeBeforeHead] {
            try await Bench.run({ _, _ in behaviour.script }) { bench in
                await #expect { try await bench.client.prepare() } throws: {
                    ($0 as? CloudFailure)?.billing == .nothingSent
                }
            }
        }
    }

    @Test("preparing again keeps the connection warm without reading the list again, until the list is old")
    func warm() async throws {
        let clock = ManualClock()
        try await Bench.run(time: TimeSource(clock)) { bench in
            for _ in 0..<3 { _ = try await bench.client.prepare() }
            #expect(bench.double.seen.requests.map(\.method) == ["GET", "HEAD", "HEAD"])
            #expect(await bench.client.ask().failure == nil)
            #expect(bench.double.seen.connections == 1)
            clock.advance(by: .seconds(3600))
            _ = try await bench.client.prepare()
            #expect(bench.double.seen.requests.last?.method == "GET")
        }
    }

    @Test("a model that turns out to be gone is looked for anew")
    func goneInBetween() async throws {
        try await Bench.run { bench in
            _ = try await bench.client.prepare()
            #expect(await bench.client.ask(.unknownModel).failure?.kind == .modelUnknown)
            _ = try await bench.client.prepare()
            #expect(bench.double.seen.requests.map(\.method) == ["GET", "POST", "GET"])
        }
    }
}
