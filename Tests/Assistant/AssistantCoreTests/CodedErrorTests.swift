import AssistantCore
import Testing

@Suite("Errors of one shape")
struct CodedErrorTests {
    private struct Plain: Error {}

    private struct Fault: CodedError {
        enum Code: Hashable, Sendable { case lost, late }

        var code = Code.lost
        var description = "It is lost."
        var underlying: (any Error)?
    }

    @Test("Two errors are the same where kind and sentence are, whatever lies below")
    func equality() {
        #expect(Fault(underlying: Plain()) == Fault())
        #expect(Set([Fault(underlying: Plain()), Fault()]).count == 1)
        #expect(Fault(code: .late) != Fault())
        #expect(Fault(description: "It is late.") != Fault())
    }

    @Test("The causes are those below, the nearest first")
    func causes() {
        let causes = Fault(underlying: Fault(code: .late, underlying: Plain())).causes
        #expect(causes.count == 2)
        #expect((causes.first as? Fault)?.code == .late && causes.last is Plain)
        #expect(Fault().causes.isEmpty)
    }
}
