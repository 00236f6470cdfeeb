import AssistantCore
import Testing

@testable import Nebius

struct WatchTests {
    private let clock = ManualClock()

    /// Runs the steps, then waits for good; gives the wait that was too long.
    private func expiry(total: Duration = .seconds(300), _ steps: @escaping @Sendable (RequestDeadline) async -> Void)
        async throws
        -> CloudFailure.Phase?
    {
        let deadline = RequestDeadline(Timeouts(), total: total, time: TimeSource(clock))
        do {
            try await deadline.during {
                await steps(deadline)
                try await Task.sleep(for: .seconds(86_400))
            }
            return nil
        } catch let expired as RequestDeadline.Expired {
            return expired.phase
        }
    }

    @Test("each wait has its own limit, counted from its beginning")
    func phases() async throws {
        let connect = try await expiry { [clock] _ in clock.advance(by: .seconds(10)) }
        #expect(connect == .connect)
        let firstToken = try await expiry { [clock] deadline in
            clock.advance(by: .seconds(9))
            deadline.sending()
            clock.advance(by: .seconds(60))
        }
        #expect(firstToken == .firstToken)
    }

    @Test("text keeps a reply alive for longer than one wait, and silence ends it")
    func progress() async throws {
        let phase = try await expiry { [clock] deadline in
            deadline.sending()
            for _ in 0..<8 {
                clock.advance(by: .seconds(19))
                deadline.progress()
            }
            clock.advance(by: .seconds(20))
        }
        #expect(phase == .stall)
        #expect(clock.now.offset == .seconds(8 * 19 + 20))
    }

    @Test("a short wait after a long one is noticed at its own end")
    func shorterAfterLonger() async throws {
        let phase = try await expiry { [clock] deadline in
            deadline.sending()
            while clock.sleepers == 0 { await Task.yield() }  // the watch sleeps with the long wait in mind
            deadline.progress()
            for _ in 0..<20 { clock.advance(by: .seconds(1)) }
        }
        #expect(phase == .stall)
    }

    @Test("all waits together have a limit")
    func total() async throws {
        let phase = try await expiry(total: .seconds(50)) { [clock] deadline in
            deadline.sending()
            for _ in 0..<5 {
                deadline.progress()
                clock.advance(by: .seconds(10))
            }
        }
        #expect(phase == .total)
    }

    @Test("what ends in time gives its value, and what fails its error")
    func inTime() async throws {
        let deadline = RequestDeadline(Timeouts(), total: .seconds(300), time: TimeSource(clock))
        #expect(try await deadline.during { 7 } == 7)
        await #expect(throws: CancellationError.self) { try await deadline.during { throw CancellationError() } }
    }
}
