import AssistantCore
import Nebius
import NebiusDouble
import Testing

/// The list of models, and which of them answers.
struct SelectionTests {
    @Test("the preferred model is taken where it is offered, with its price and its context")
    func preferred() async throws {
        try await Harness.run { harness in
            let selection = try await harness.client.prepare()
            #expect(selection.model.id == "double/echo" && selection.isConfirmed && selection.notice == nil)
            #expect(selection.model.price?.inputMicroUSDPerMillion == 60_000)
            #expect(try await harness.client.models().count == 3)
            #expect(harness.double.seen.requests.first?.uri == "/v1/models?verbose=true")
        }
    }

    @Test("a retired model gives way to the first fallback that is offered, and that is said")
    func fallback() async throws {
        try await Harness.run(adjust: {
            $0.model = "double/retired"
            $0.fallbackModels = ["double/gone", "double/large", "double/echo"]
        }) { harness in
            let selection = try await harness.client.prepare()
            #expect(selection.model.id == "double/large")
            #expect(selection.passedOver == ["double/retired", "double/gone"])
            #expect(selection.notice?.contains("double/retired") == true)
            #expect(await harness.client.ask().failure == nil)
            #expect(harness.double.seen.requests.last?.text.contains(#""model":"double/large""#) == true)
        }
    }

    @Test("where nothing that is wanted is offered, the reason is told")
    func nothing() async throws {
        try await Harness.run(adjust: { $0.model = "double/retired" }) { harness in
            await #expect { try await harness.client.prepare() } throws: {
                ($0 as? CloudFailure)?.kind == .modelUnknown && "\($0)".contains("double/retired")
            }
        }
    }

    @Test(
        "an endpoint without a list is believed to have the model",
        arguments: [#"{"detail":"Not Found"}"#, "<html></html>", "[]["])
    func noList(reply: String) async throws {
        let status = reply.hasPrefix("{") ? 404 : 200
        try await Harness.run({ request, number in
            request.path == "/v1/models" ? .answer(status, reply) : NebiusDouble.asAsked(request, number)
        }) { harness in
            let selection = try await harness.client.prepare()
            #expect(selection == CloudSelection(model: CloudModelInfo(id: "double/echo"), isConfirmed: false))
            await #expect(throws: CloudFailure.self) { try await harness.client.models() }
        }
    }

    @Test("a refused key, a fault and a broken connection are told, and cost nothing")
    func failures() async throws {
        for behaviour in [Behaviour.unauthorised, .fault, .closeBeforeHead] {
            try await Harness.run({ _, _ in behaviour.script }) { harness in
                await #expect { try await harness.client.prepare() } throws: {
                    ($0 as? CloudFailure)?.billing == .nothingSent
                }
            }
        }
    }

    @Test("preparing again keeps the connection warm without reading the list again, until the list is old")
    func warm() async throws {
        let clock = ManualClock()
        try await Harness.run(time: TimeSource(clock)) { harness in
            for _ in 0..<3 { _ = try await harness.client.prepare() }
            #expect(harness.double.seen.requests.map(\.method) == ["GET", "HEAD", "HEAD"])
            #expect(await harness.client.ask().failure == nil)
            #expect(harness.double.seen.connections == 1)
            clock.advance(by: .seconds(3600))
            _ = try await harness.client.prepare()
            #expect(harness.double.seen.requests.last?.method == "GET")
        }
    }

    @Test("a model that turns out to be gone is looked for anew")
    func goneInBetween() async throws {
        try await Harness.run { harness in
            _ = try await harness.client.prepare()
            #expect(await harness.client.ask(.unknownModel).failure?.kind == .modelUnknown)
            _ = try await harness.client.prepare()
            #expect(harness.double.seen.requests.map(\.method) == ["GET", "POST", "GET"])
        }
    }
}
