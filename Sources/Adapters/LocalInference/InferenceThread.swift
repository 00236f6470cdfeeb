internal import Foundation

/// Runs its actor's jobs one after the other on a thread of its own.
///
/// Decoding blocks for as long as an answer takes. On the cooperative pool that would starve every other task, so the
/// model's actors live here. The thread ends with the executor.
final class InferenceThread: SerialExecutor {
    private let mailbox = Mailbox()

    init(name: String) {
        let thread = Thread { [mailbox] in
            // The entry keeps the executor alive for as long as its job runs.
            while let entry = mailbox.next() { entry.run() }
        }
        thread.stackSize = 1 << 20
        thread.start()
        // Not from within: until start() has returned, Foundation drops the name. No job comes before this line.
        thread.name = name
    }

    deinit {
        mailbox.close()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        mailbox.post(Entry(job: UnownedJob(job), executor: self))
    }

    private struct Entry {
        let job: UnownedJob
        let executor: InferenceThread

        func run() {
            unsafe job.runSynchronously(on: executor.asUnownedSerialExecutor())
        }
    }

    // SAFETY: `entries` and `isClosed` are touched only between lock() and unlock() of the condition.
    private final class Mailbox: @unchecked Sendable {
        private let condition = NSCondition()
        private var entries: [Entry] = []
        private var isClosed = false

        func post(_ entry: Entry) {
            condition.lock()
            entries.append(entry)
            condition.signal()
            condition.unlock()
        }

        func close() {
            condition.lock()
            isClosed = true
            condition.signal()
            condition.unlock()
        }

        /// Waits for the next entry; `nil` once the mailbox is closed and empty.
        func next() -> Entry? {
            condition.lock()
            defer { condition.unlock() }
            while entries.isEmpty {
                if isClosed { return nil }
                condition.wait()
            }
            return entries.removeFirst()
        }
    }
}

extension InferenceThread {
    /// Runs `work` on a thread that ends with it, for blocking work outside any actor.
    static func run<Value: Sendable, Failure: Error>(
        name: String, _ work: @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        try await Errand(name: name).run(work)
    }

    private actor Errand {
        private let thread: InferenceThread

        init(name: String) {
            thread = InferenceThread(name: name)
        }

        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

        func run<Value: Sendable, Failure: Error>(
            _ work: @Sendable () throws(Failure) -> Value
        ) throws(Failure) -> Value {
            try work()
        }
    }
}
