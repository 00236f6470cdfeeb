import AssistantCore
import Testing

@testable import Backends

@Suite("Which backend is better")
struct BackendChoiceTests {
    private func measured(_ first: Double, _ rate: Double?, _ watts: Double?) -> BackendMeasurement {
        BackendMeasurement(model: "m", firstTokenSeconds: first, tokensPerSecond: rate, watts: watts)
    }

    @Test("for latency, the one that has the answer sooner")
    func latency() {
        let verdict = BackendChoice(goal: .latency, cpu: measured(0.65, 9.6, 12), hat: measured(0.37, 7.0, 4))
        #expect(verdict.backend == .cpu)
        #expect(verdict.reason == "an answer takes 14.7 s on the HAT+, 11.1 s on the CPU")
        #expect(BackendChoice(goal: .latency, cpu: measured(9, 5, 1), hat: measured(0.4, 7, 99)).backend == .hat)
    }

    @Test("for power, the one that takes less energy, where watts are known of both")
    func power() {
        let verdict = BackendChoice(goal: .power, cpu: measured(0.65, 9.6, 12), hat: measured(0.37, 7.0, 4))
        #expect(verdict.backend == .hat)
        #expect(verdict.reason == "an answer takes 59 J on the HAT+, 133 J on the CPU")
        let blind = BackendChoice(goal: .power, cpu: measured(0.65, 9.6, nil), hat: measured(0.37, 7.0, 4))
        #expect(blind.backend == .cpu && blind.reason.hasSuffix("; watts are unknown"))
    }

    @Test("a backend without a speed is never better; two without stay with the processor")
    func unknown() {
        #expect(BackendChoice(goal: .latency, cpu: measured(1, 1, nil), hat: measured(0.1, nil, nil)).backend == .cpu)
        #expect(BackendChoice(goal: .latency, cpu: measured(1, nil, nil), hat: measured(1, nil, nil)).backend == .cpu)
        #expect(BackendChoice(goal: .latency, cpu: measured(1, 0, nil), hat: measured(1, 2, nil)).backend == .hat)
    }

    @Test("measuring counts tokens, times the first, and asks for watts while it answers")
    func meter() async throws {
        let model = WrittenModel("hat", Array(repeating: "x", count: 20))
        let measured = try await BackendMeter.measure(model) { 4.5 }
        #expect(measured.model == "hat" && measured.watts == 4.5 && measured.firstTokenSeconds >= 0)
        #expect(measured.tokensPerSecond.map { $0 > 0 } == true)
        await #expect(throws: CancellationError.self) { try await BackendMeter.measure(WrittenModel("hat", [])) }
        await #expect(throws: WrittenModel.Failure.self) {
            try await BackendMeter.measure(WrittenModel("hat", ["x"], end: .fails(.init(description: "broke"))))
        }
    }
}
