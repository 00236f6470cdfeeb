import Foundation
import Testing

@testable import LocalInference

private actor Worker {
    private let thread: InferenceThread
    private var order: [Int] = []

    init(_ name: String) {
        thread = InferenceThread(name: name)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    func note(_ number: Int) -> [Int] {
        order.append(number)
        return order
    }

    func threadName() -> String? {
        Thread.current.name
    }
}

@Suite("Inference thread")
struct InferenceThreadTests {
    @Test("an actor's calls run on its own thread, always the same one")
    func ownThread() async {
        let worker = Worker("brim-test")
        for _ in 0..<20 { #expect(await worker.threadName() == "brim-test") }
    }

    @Test("calls made one after the other run in that order, and calls from many tasks all run")
    func order() async {
        let worker = Worker("brim-order")
        for number in 0..<50 { #expect(await worker.note(number).count == number + 1) }
        await withTaskGroup { group in
            for number in 0..<200 { group.addTask { _ = await worker.note(number) } }
        }
        #expect(await worker.note(0).count == 251)
    }

    @Test("many actors come and go without leaving threads behind")
    func comeAndGo() async throws {
        for index in 0..<300 {
            let worker = Worker("brim-\(index)")
            _ = await worker.note(index)
        }
        let deadline = ContinuousClock.now + .seconds(10)
        while try liveThreads() > 0, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try liveThreads() == 0)
    }

    /// Threads of this test that are still there, by their names.
    private func liveThreads() throws -> Int {
        let tasks = "/proc/self/task"
        return try FileManager.default.contentsOfDirectory(atPath: tasks).count { id in
            // A thread may end between the listing and the reading.
            let name = (try? String(contentsOfFile: "\(tasks)/\(id)/comm", encoding: .utf8)) ?? ""
            return name.wholeMatch(of: #/brim-\d+\s*/#) != nil
        }
    }

    @Test("blocking work outside an actor gets a thread of its own, and its error comes back")
    func run() async throws {
        struct Refused: Error, Equatable {}
        #expect(await InferenceThread.run(name: "brim-work") { Thread.current.name } == "brim-work")
        await #expect(throws: Refused()) {
            try await InferenceThread.run(name: "brim-work") { () throws(Refused) -> Int in throw Refused() }
        }
    }
}
