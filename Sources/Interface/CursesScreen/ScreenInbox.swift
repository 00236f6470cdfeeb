package import ChatUI
internal import Synchronization

/// Where everything that happens to the screen arrives, from any thread, stamped with its time.
package final class ScreenInbox: ActionInbox {
    enum Item: Sendable {
        /// Boxed: it is large, and moved more often than looked at.
        indirect case action(ChatAction)
        case signal(Int32)
        case terminalGone
        /// Somebody wants to know whether pictures are drawn.
        case ping(AsyncStream<Never>.Continuation)
        /// The time for the next picture has come.
        case frameDue
        /// The task that runs the screen was cancelled.
        case cancelled
    }

    private struct Contents {
        var items: [(item: Item, time: Duration)] = []
        /// Something among them must be taken now.
        var isPressing = false
        /// Until then nothing is wanted that may lie until the next picture; `nil` where anything is.
        var patientUntil: Duration?
        /// What is called once when something is wanted; `nil` where nobody waits.
        var wake: (@Sendable () -> Void)?

        func isWanted(at now: Duration) -> Bool {
            guard !items.isEmpty else { return false }
            return isPressing || patientUntil.map { now >= $0 } ?? true
        }
    }

    private let contents = Mutex(Contents())
    private let start = ContinuousClock.now

    init() {}

    /// Tells the screen what happened. Never blocks; any thread.
    package func post(_ action: ChatAction) {
        post(.action(action))
    }

    /// Returns when a picture has been drawn since; never, where none is drawn any more.
    package func drawn() async {
        let (drawn, continuation) = AsyncStream<Never>.makeStream()
        post(.ping(continuation))
        for await _ in drawn {}
    }

    func post(_ item: Item) {
        let wake = contents.withLock { contents -> (@Sendable () -> Void)? in
            let now = now
            contents.items.append((item, now))
            contents.isPressing = contents.isPressing || !item.mayWait
            guard contents.isWanted(at: now) else { return nil }
            defer { contents.wake = nil }
            return contents.wake
        }
        wake?()
    }

    /// Time since the inbox was made.
    var now: Duration { start.duration(to: .now) }

    /// Takes all that has arrived, in order; `nil` where nothing is wanted yet. One waits at a time.
    ///
    /// - Parameters:
    ///   - patientUntil: the time of the next picture: pieces of an answer wait for it, so that nobody is woken for each.
    ///     Where none comes after it, an ``Item/frameDue`` must.
    ///   - wake: called once, on any thread, when there is something after all. A function and no continuation: that
    ///     would go on where no actor is first, which wakes one more thread for every picture.
    func take(patientUntil: Duration?, orElse wake: @escaping @Sendable () -> Void) -> [(item: Item, time: Duration)]? {
        contents.withLock { contents in
            contents.patientUntil = patientUntil
            guard contents.isWanted(at: now) else {
                contents.wake = wake
                return nil
            }
            defer {
                contents.items = []
                contents.items.reserveCapacity(Self.usualCount)
                contents.isPressing = false
            }
            return contents.items
        }
    }

    /// About as many as come between two pictures.
    private static let usualCount = 8
}

extension ScreenInbox.Item {
    /// Whether it may lie until the next picture.
    var mayWait: Bool {
        if case .action(let action) = self { action.mayWait } else { false }
    }
}
