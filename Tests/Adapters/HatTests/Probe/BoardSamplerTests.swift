import TestSupport
import DeviceSensors
import AssistantCore
import Foundation
import HailoOllamaDouble
import Testing

@testable import Hat

@Suite("A child that stays and looks at the board once a second")
struct BoardSamplerTests {
    @Test("the library is loaded once; each sample opens the board and lets it go again")
    func stays() async throws {
        let tree = try FakeTree.wellKept(library: ["log": 1])
        let sampler = try BoardSampler.test(tree)
        try await until { tree.log.count { $0 == "release" } >= 5 }
        #expect(sampler.startCount == 1)
        sampler.stop()
        let log = tree.log
        #expect(log.first == "load" && log.count { $0 == "load" } == 1)
        let turns = Array(log.dropFirst().prefix(10))
        #expect(turns == (0..<10).map { $0 % 2 == 0 ? "open" : "release" })
    }

    @Test("what the board says now is told, and nothing once it says nothing any more")
    func latest() async throws {
        let tree = try FakeTree.wellKept()
        let sampler = try BoardSampler.test(tree)
        try await until { sampler.latest?.watts == 1.75 }
        #expect(sampler.latest?.celsius == 48.25)
        try tree.behave(["milliwatts": 2500])
        try await until { sampler.latest?.watts == 2.5 }
        // Another program takes it: the last figure is no longer true.
        try tree.behave(["create": 74])
        try await until { sampler.latest == nil }
        try tree.behave([:])
        try await until { sampler.latest?.watts == 1.75 }
        #expect(sampler.startCount == 1)
    }

    @Test("a child that dies is started again, and the board's figures come back")
    func dies() async throws {
        let tree = try FakeTree.wellKept(library: ["crash_on_create": 1])
        let sampler = try BoardSampler.test(tree)
        try await until { sampler.startCount >= 3 }
        #expect(sampler.latest == nil)
        try tree.behave([:])
        try await until { sampler.latest?.watts == 1.75 }
    }

    @Test("a child that does not answer is ended, and another one started")
    func hangs() async throws {
        let tree = try FakeTree.wellKept(library: ["hang_on_create": 1, "log": 1])
        let sampler = try BoardSampler.test(tree, timeout: .milliseconds(500))
        try await until { sampler.startCount >= 2 && tree.log.contains("open") }
        #expect(sampler.latest == nil)
        sampler.stop()
    }

    @Test("without a file that may be HailoRT no child is started; a library that cannot be used is tried again")
    func libraries() async throws {
        let bare = try FakeTree()
        try bare.addBoard()
        #expect(try BoardSampler.test(bare).startCount == 0)
        let tree = try FakeTree.wellKept(library: ["major": 6])
        let sampler = try BoardSampler.test(tree)
        try await until { sampler.startCount >= 2 }
        #expect(sampler.latest == nil)
    }

    @Test("nobody looks at the board while hailo-ollama opens it")
    func turns() async throws {
        let tree = try FakeTree.wellKept(library: ["log": 1])
        let boardLock = BoardLock()
        await boardLock.beginRequest()
        let sampler = try BoardSampler.test(tree, boardLock: boardLock)
        try await until { sampler.startCount == 1 }
        try await Task.sleep(for: .milliseconds(400))
        #expect(!tree.log.contains("open") && sampler.latest == nil)
        boardLock.endRequest()
        try await until { sampler.latest?.watts == 1.75 }
    }

    @Test(
        "a question has the turn until its first text", arguments: [BoardBehaviour.Moment.beforeText, .inText])
    func question(moment: BoardBehaviour.Moment) async throws {
        let double = try await HailoOllamaDouble.start { _ in BoardBehaviour(fault: .stall, at: moment) }
        let boardLock = BoardLock()
        let model = HatLanguageModel(
            HailoOllamaDouble.models[0], at: try HatAddress(double.url), timeouts: .long, boardLock: boardLock)
        let (texts, heard) = AsyncStream<Void>.makeStream()
        let question = Task {
            for try await _ in model.generate(GenerationRequest(.chat([Message(.user, "x")]))) { heard.yield() }
        }
        if moment == .beforeText {
            await double.wait(untilAsked: 1)
            #expect(!boardLock.beginSample())
        } else {
            var iterator = texts.makeAsyncIterator()
            _ = await iterator.next()
            #expect(boardLock.beginSample())
            boardLock.endSample()
        }
        question.cancel()
        _ = try? await question.value
        try await until { boardLock.beginSample() }
        try await double.stop()
    }

    @Test("a request does not wait for a look that hangs")
    func hangingLook() async {
        let boardLock = BoardLock()
        #expect(boardLock.beginSample())
        await boardLock.beginRequest()
        boardLock.endSample()
        #expect(!boardLock.beginSample())
        boardLock.endRequest()
        #expect(boardLock.beginSample())
    }

    @Test("the child ends with its input, also in the middle of a call that never returns", arguments: [0, 1])
    func orphan(hangs: Int) async throws {
        let tree = try FakeTree.wellKept(library: ["hang_on_create": hangs, "log": 1])
        let child = Process()
        let input = Pipe()
        child.executableURL = URL(fileURLWithPath: try BoardProbe.program())
        child.arguments = [BoardProbeChild.samplingArgument]
        child.environment = [SystemRoot.variable: tree.path]
        child.standardInput = input
        child.standardOutput = Pipe()
        try child.run()
        try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
        try await until { tree.log.contains(hangs == 1 ? "open" : "release") }
        #expect(child.isRunning)
        try input.fileHandleForWriting.close()
        try await until { !child.isRunning }
    }

    /// Waits for what will come; a busy machine only takes longer.
    private func until(_ isSo: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !isSo() {
            guard ContinuousClock.now < deadline else {
                Issue.record("it did not come within a minute")
                return
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
