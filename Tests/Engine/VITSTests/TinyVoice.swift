import Foundation
import Kernels
import Testing

@testable import VITS

/// The tiny voice of the fixtures, and what onnxruntime says with it without noise.
enum TinyVoice {
    struct Reference: Decodable {
        var ids: [Int]
        var samples: [Float]
        /// The sample of which each is one.
        var every: Int
        var count: Int
    }

    static func path() throws -> String {
        try #require(Bundle.module.url(forResource: "Fixtures/tiny-voice", withExtension: "onnx")).path
    }

    static func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: try path()))) }

    static func reference() throws -> Reference {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/tiny-voice", withExtension: "json"))
        return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
    }

    /// The bytes with `text` replaced by another of the same length.
    static func bytes(replacing text: String, by other: String) throws -> [UInt8] {
        precondition(text.utf8.count == other.utf8.count)
        var bytes = try bytes()
        let (pattern, replacement) = (Array(text.utf8), Array(other.utf8))
        var count = 0
        var index = 0
        while index + pattern.count <= bytes.count {
            if bytes[index] == pattern[0], bytes[index..<index + pattern.count].elementsEqual(pattern) {
                bytes.replaceSubrange(index..<index + pattern.count, with: replacement)
                count += 1
            }
            index += 1
        }
        try #require(count > 0)
        return bytes
    }

    /// Calls `body` with the path of a file that holds `bytes`.
    static func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("brim-\(UUID().uuidString).onnx")
        try Data(bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url.path)
    }
}
