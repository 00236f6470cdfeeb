public import ChatUI
internal import Synchronization

/// Where everything that happens to the screen arrives, from any thread, stamped with its time.
public final class ScreenInbox: ActionInbox {
    enum Item: Sendable {
        case action(ChatAction)
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
        /// Until then, who waits wants nothing that may lie until the next picture; `nil` where anything is wanted.
        var patientUntil: Duration?
        var waiter: CheckedContinuation<Void, Never>?

        func isWanted(at now: Duration) -> Bool {
            guard !items.isEmpty else { return false }
            return isPressing || patientUntil.map { now >= $0 } ?? true
        }
    }

    private let contents = Mutex(Contents())
    private let start = ContinuousClock.now

    init() {}

    /// Tells the screen what happened. Never blocks; any thread.
    public func post(_ action: ChatAction) {
        post(.action(action))
    }

    /// Returns when a picture has been drawn since; never, where none is drawn any more.
    public func drawn() async {
        let (drawn, tell) = AsyncStream<Never>.makeStream()
        post(.ping(tell))
        for await _ in drawn {}
    }

    func post(_ item: Item) {
        let waiter = contents.withLock { contents -> CheckedContinuation<Void, Never>? in
            let now = now
            contents.items.append((item, now))
            contents.isPressing = contents.isPressing || !item.mayWait
            guard contents.isWanted(at: now) else { return nil }
            defer { contents.waiter = nil }
            return contents.waiter
        }
        waiter?.resume()
    }

    /// Time since the inbox was made.
    var now: Duration { start.duration(to: .now) }

    /// Takes all that has arrived, in order, and waits where nothing has. One task waits at a time.
    ///
    /// - Parameter patientUntil: the time of the next picture: pieces of an answer wait for it, so that nobody is woken
    ///   for each. Where none comes after it, an ``Item/frameDue`` must.
    ///
    /// Runs where the caller does: on another thread it would wake two more for every picture.
    nonisolated(nonsending) func next(patientUntil: Duration?) async -> [(item: Item, time: Duration)] {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isReady = contents.withLock { contents in
                contents.patientUntil = patientUntil
                let isReady = contents.isWanted(at: now)
                if !isReady { contents.waiter = continuation }
                return isReady
            }
            if isReady { continuation.resume() }
        }
        return contents.withLock { contents in
            defer {
                contents.items = []
                contents.isPressing = false
            }
            return contents.items
        }
    }
}

extension ScreenInbox.Item {
    /// Whether it may lie until the next picture.
    var mayWait: Bool {
        if case .action(let action) = self { action.mayWait } else { false }
    }
}
