internal import Foundation

/// Runs its actor's jobs one after the other on a thread of its own.
///
/// Decoding blocks for as long as an answer takes. On the cooperative pool that would starve every other task, so the
/// model's actors live here. The thread ends with the executor.
final class InferenceThread: SerialExecutor {
    private let jobs = JobQueue()

    init(name: String) {
        let thread = Thread { [jobs] in
            // The entry keeps the executor alive for as long as its job runs.
            while let entry = jobs.next() { entry.run() }
        }
        thread.stackSize = 1 << 20
        thread.start()
        // Not from within: until start() has returned, Foundation drops the name. No job comes before this line.
        thread.name = name
    }

    deinit {
        jobs.close()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        jobs.post(Entry(job: UnownedJob(job), executor: self))
    }

    private struct Entry {
        let job: UnownedJob
        let executor: InferenceThread

        func run() {
            unsafe job.runSynchronously(on: executor.asUnownedSerialExecutor())
        }
    }

    // SAFETY: `entries` and `isClosed` are touched only between lock() and unlock() of the condition.
    private final class JobQueue: @unchecked Sendable {
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

        /// Waits for the next entry; `nil` once the jobs is closed and empty.
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
        name: String, _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            let named = DispatchSemaphore(value: 0)
            let thread = Thread {
                named.wait()
                continuation.resume(returning: Result(catching: work))
            }
            thread.stackSize = 1 << 20
            thread.start()
            thread.name = name
            named.signal()
        }
        return try result.get()
    }
}
