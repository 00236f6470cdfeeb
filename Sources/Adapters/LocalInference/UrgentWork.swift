internal import Foundation
internal import Synchronization

/// Work that a person waits for, such as the first sound of an answer. It begins when this is made; until it ends, answers
/// wait between two tokens: threads of two kinds on the same cores would take each other's turns. From any thread.
package final class UrgentWork: Sendable {
    private static let running = Atomic<Int>(0)
    private let hasEnded = Atomic<Bool>(false)

    private static let interval = 0.0005

    package init() { Self.running.add(1, ordering: .relaxed) }

    deinit { end() }

    /// Says that it is done. May be called again.
    package func end() {
        guard !hasEnded.exchange(true, ordering: .relaxed) else { return }
        Self.running.subtract(1, ordering: .relaxed)
    }

    /// Blocks the calling thread while there is such work, but no longer than `limit`, whatever becomes of the work.
    static func wait(atMost limit: Duration = .milliseconds(300)) {
        guard running.load(ordering: .relaxed) > 0 else { return }
        let end = ContinuousClock.now + limit
        while running.load(ordering: .relaxed) > 0, ContinuousClock.now < end {
            Thread.sleep(forTimeInterval: interval)
        }
    }
}
