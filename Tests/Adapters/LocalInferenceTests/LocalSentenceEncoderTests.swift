import AssistantCore
import Foundation
import Testing

@testable import LocalInference

@Suite("Local sentence encoder", .serialized) struct LocalSentenceEncoderTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../models/minilm-l6/model.safetensors").standardized.path

    @Test(
        "A passage that answers in other words is nearer than one that shares words with the question",
        .enabled(if: FileManager.default.fileExists(atPath: path)))
    func likeness() async throws {
        let encoder = try await LocalSentenceEncoder.load(path: Self.path, threads: 2)
        let passages = [
            "The indoor pool opens its doors at seven in the morning.",
            "People may go by bus from the station when roads are closed.",
            "sort writes the lines of all files in order.",
        ].map { Passage(document: "a", text: $0) }
        let question = "From when may people go swimming?"
        let asked = await encoder.vector(of: question)
        var likeness: [Double] = []
        for passage in passages { likeness.append(asked.likeness(to: await encoder.vector(of: passage))) }
        #expect(likeness[0] > likeness[1] && likeness[1] > likeness[2])
        #expect(likeness.allSatisfy { (-1...1).contains($0) })
    }

    @Test("A file that is no encoder is refused in one sentence")
    func foreign() async {
        await #expect(throws: LocalInferenceError.self) {
            try await LocalSentenceEncoder.load(path: "/etc/hostname", threads: 1)
        }
    }
}
