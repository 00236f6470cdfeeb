import TestSupport
import Foundation
import Testing

@testable import GGUF

@Suite("Damaged files")
struct GGUFMutationTests {
    @Test("of 5,000 kinds are refused or can be read in full, in memory and on disk")
    func mutations() throws {
        var mutator = GGUFMutator(seed: 20_261_123)
        var exerciser = GGUFExerciser()
        let path = FileManager.default.temporaryDirectory.path + "/brim-mutant-\(UUID().uuidString).gguf"
        defer { try? FileManager.default.removeItem(atPath: path) }
        for index in 0..<5_000 {
            let bytes = mutator.next()
            exerciser.exercise { () throws(GGUFError) in try GGUFFile(bytes: bytes, name: "mutant") }
            guard index.isMultiple(of: 10) else { continue }
            try Data(bytes).write(to: URL(filePath: path))
            exerciser.exercise { () throws(GGUFError) in try GGUFFile(path: path) }
        }
        // The mutator must neither miss the file nor destroy all of it.
        #expect(exerciser.refused > 2_500)
        #expect(exerciser.loaded > 500)
    }

    @Test("cut at any byte of the header are refused as cut short")
    func truncations() throws {
        let builder = GGUFBuilder.sample()
        let bytes = builder.build()
        for count in 4..<bytes.count {
            let error = #expect(throws: GGUFError.self) {
                try GGUFFile(bytes: Array(bytes.prefix(count)), name: "cut")
            }
            #expect(error?.code == .truncated)
        }
    }

    @Test("make AddressSanitizer find nothing, while it does find a byte read past the end", .timeLimit(.minutes(5)))
    func sanitizer() throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().path + "/../GGUFFuzz/run"
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [script, "5000", "20261123"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(said)")
    }
}
