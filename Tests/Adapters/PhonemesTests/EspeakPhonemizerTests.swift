import Foundation
import Testing

@testable import Phonemes

/// The real program espeak-ng.
@Suite("Phonemes of espeak-ng") struct EspeakPhonemizerTests {
    /// As the program does at its start: a child that has ended is an error of the pipe, and no signal.
    init() { signal(SIGPIPE, SIG_IGN) }

    @Test("each clause has its phonemes, in order")
    func clauses() async throws {
        let phonemes = try await EspeakPhonemizer(voice: "en-us").phonemes(of: ["hello", "two cats", ""])
        #expect(phonemes.count == 3)
        #expect(phonemes[0].hasPrefix("h") && phonemes[0].contains("oʊ"))
        #expect(phonemes[1].contains("kˈæts"))
        #expect(phonemes[2].isEmpty)
    }

    @Test("a clause that is divided, or looks like a command, is one clause of text")
    func hostile() async throws {
        let texts = [
            "one. two. three", "-w /tmp/x", "$(touch /tmp/brim-was-here)", "[[a]] <b>",
            String(repeating: "a", count: 5_000), "--help",
        ]
        let phonemes = try await EspeakPhonemizer(voice: "en-us").phonemes(of: texts)
        #expect(phonemes.count == texts.count && phonemes.allSatisfy { !$0.isEmpty && !$0.contains("\n") })
        #expect(!FileManager.default.fileExists(atPath: "/tmp/brim-was-here"))
    }

    @Test("what is missing is one sentence with the next step")
    func missing() async throws {
        for (voice, program) in [("en-us", "no-such-espeak"), ("xx-nowhere", "espeak-ng"), ("en-us", "/bin/false")] {
            let error = await #expect(throws: PhonemizerError.self) {
                try await EspeakPhonemizer(voice: voice, program: program).phonemes(of: ["a"])
            }
            #expect(error?.description.contains("apt install espeak-ng") == true)
        }
        for name in ["", "-w", "../x", "en us", String(repeating: "a", count: 40)] {
            #expect(throws: PhonemizerError.self) { try EspeakPhonemizer(voice: name) }
        }
        await #expect(throws: PhonemizerError.self) {
            try await EspeakPhonemizer(voice: "5", program: "/bin/sleep", timeout: .milliseconds(200)).phonemes(of: [
                "a"
            ])
        }
    }

    @Test("a text that is asked for again and again, from many tasks, has the same phonemes each time")
    func kept() async throws {
        let phonemizer = try EspeakPhonemizer(voice: "en-us")
        let texts = ["one, two. three", "", "the kettle has boiled", "ﬁsh \u{1F41F} and chips", "a\u{7}b"]
        let expected = try await EspeakPhonemizer(voice: "en-us").phonemes(of: texts)
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<20 { group.addTask { try await phonemizer.phonemes(of: texts) } }
            for try await phonemes in group { #expect(phonemes == expected) }
        }
    }

    @Test("a program that was ended, from outside or with a task, is started again")
    func restarted() async throws {
        let (program, log) = try Self.wrapper()
        defer { try? FileManager.default.removeItem(at: log.deletingLastPathComponent()) }
        let phonemizer = try EspeakPhonemizer(voice: "en-us", program: program)
        #expect(try await phonemizer.phonemes(of: ["hello"]) == phonemizer.phonemes(of: ["hello"]))
        #expect(try Self.starts(log).count == 1)
        for process in try Self.starts(log) { kill(process, SIGKILL) }
        #expect(try await !phonemizer.phonemes(of: ["hello"])[0].isEmpty)
        #expect(try Self.starts(log).count == 2)
        // A task that has not begun when it is cancelled ends nothing: it is given longer until one has.
        for wait in [50, 200, 800, 3_200] where try Self.starts(log).count == 2 {
            let task = Task { try await phonemizer.phonemes(of: Array(repeating: "a long sentence", count: 100_000)) }
            try await Task.sleep(for: .milliseconds(wait))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await !phonemizer.phonemes(of: ["hello"])[0].isEmpty)
        }
        #expect(try Self.starts(log).count == 3)
    }

    @Test("a task that is cancelled at any moment ends, and the next text has its phonemes")
    func cancelled() async throws {
        let phonemizer = try EspeakPhonemizer(voice: "en-us")
        let expected = try await phonemizer.phonemes(of: ["hello"])
        for milliseconds in 0..<25 {
            let tasks = (0..<3).map { _ in Task { try await phonemizer.phonemes(of: ["a", "long", "sentence"]) } }
            try await Task.sleep(for: .milliseconds(milliseconds % 7))
            tasks[milliseconds % 3].cancel()
            for task in tasks { _ = await task.result }
            #expect(try await phonemizer.phonemes(of: ["hello"]) == expected)
        }
    }

    /// espeak-ng, each start of which writes its process number into a file.
    private static func wrapper() throws -> (program: String, log: URL) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "phonemes-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (program, log) = (folder.appending(path: "espeak-ng"), folder.appending(path: "log"))
        try "#!/bin/sh\necho $$ >>'\(log.path)'\nexec espeak-ng \"$@\"\n".write(
            to: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        return (program.path, log)
    }

    private static func starts(_ log: URL) throws -> [pid_t] {
        try String(contentsOf: log, encoding: .utf8).split(separator: "\n").compactMap { pid_t($0) }
    }

    @Test("a program that ends before it has read what it is given is an error, every time")
    func endsEarly() async throws {
        let text = String(repeating: "a long text ", count: 20_000)
        for _ in 0..<40 {
            await #expect(throws: PhonemizerError.self) {
                try await EspeakPhonemizer(voice: "en-us", program: "/bin/false").phonemes(of: [text])
            }
        }
    }
}
