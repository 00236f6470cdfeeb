import Foundation
import Synchronization
import Testing

@testable import LocalInference

/// Alone in their suite one after the other: such work is known to the whole process.
@Suite("Work that is waited for", .serialized) struct UrgentWorkTests {
    @Test("Whoever waits for it goes on when it has ended, and at once where there is none")
    func ends() async {
        let hasEnded = Atomic(false)
        let work = UrgentWork()
        let waited = Task.detached { () -> Bool in
            UrgentWork.wait(atMost: .seconds(100))
            return hasEnded.load(ordering: .sequentiallyConsistent)
        }
        try? await Task.sleep(for: .milliseconds(30))
        hasEnded.store(true, ordering: .sequentiallyConsistent)
        work.end()
        work.end()
        #expect(await waited.value)
        let start = ContinuousClock.now
        UrgentWork.wait(atMost: .seconds(100))
        #expect(ContinuousClock.now - start < .seconds(50))
    }

    @Test("Work that never ends is waited for a limited time, and work that is forgotten has ended")
    func limits() {
        let work = UrgentWork()
        UrgentWork.wait(atMost: .milliseconds(20))
        withExtendedLifetime(work) {}
        _ = UrgentWork()
        let start = ContinuousClock.now
        work.end()
        UrgentWork.wait(atMost: .seconds(100))
        #expect(ContinuousClock.now - start < .seconds(50))
    }
}
