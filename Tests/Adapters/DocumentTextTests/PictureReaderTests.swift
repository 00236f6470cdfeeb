import AssistantCore
import Foundation
import Testing

@testable import DocumentText

@Suite("Pictures for a remote model")
final class PictureReaderTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "brim-picture-\(UUID())")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A drawn picture; a JPEG with what a camera writes beside it.
    private func picture(_ format: String, size: String = "1600x400") throws -> String {
        let path = folder.appending(path: "photo.\(format)").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["convert", "-size", size, "gradient:red-blue", "\(format):\(path)"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "ImageMagick is missing")
        guard format == "jpeg" else { return path }
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        for (marker, text) in [(UInt8(0xE1), "Exif\0\0GPS 51.05 3.72 SECRET-PLACE"), (0xFE, "SECRET-COMMENT")] {
            let body = Array(text.utf8)
            bytes.insert(contentsOf: [0xFF, marker, 0, UInt8(body.count + 2)] + body, at: 2)
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(JPEGOutline(bytes)?.hasMetadata == true)
        return path
    }

    @Test(
        "What leaves is a JPEG no larger than needed, without the place or anything else beside it",
        arguments: ["jpeg", "png", "gif"])
    func stripped(_ format: String) async throws {
        let read = try await PictureReader().picture(at: try picture(format))
        #expect(read.width == 1_024 && read.height == 256 && read.name == "photo.\(format)")
        let outline = try #require(JPEGOutline(read.bytes))
        #expect(outline.width == 1_024 && !outline.hasMetadata)
        #expect(!String(decoding: read.bytes, as: UTF8.self).contains("SECRET"))
        #expect(read.words.contains("1024 × 256"))
    }

    @Test("A small picture stays as large as it is")
    func small() async throws {
        let read = try await PictureReader().picture(at: try picture("png", size: "30x20"))
        #expect(read.width == 30 && read.height == 20)
    }

    @Test("What is no picture, or a damaged one, is one sentence", arguments: 0..<5)
    func hostile(_ number: Int) async throws {
        let file = folder.appending(path: "bad.jpg")
        let bytes: [UInt8] =
            switch number {
            case 0: []
            case 1: Array("<svg xmlns='http://www.w3.org/2000/svg'><image href='/etc/passwd'/></svg>".utf8)
            case 2: [0xFF, 0xD8, 0xFF] + (0..<500).map { UInt8($0 % 251) }
            case 3: Array("push graphic-context\nimage over 0,0 0,0 'ephemeral:/tmp/x'\npop graphic-context".utf8)
            default: Array("GIF89a".utf8) + [0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0, 0]
            }
        try Data(bytes).write(to: file)
        await #expect(throws: DocumentError.self) { try await PictureReader().picture(at: file.path) }
        await #expect(throws: DocumentError.self) { try await PictureReader().picture(at: self.folder.path) }
    }

    @Test("An outline is read of any bytes without a trap")
    func outline() {
        var random = SystemRandomNumberGenerator()
        for length in 0..<300 {
            var bytes: [UInt8] = [0xFF, 0xD8] + (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes += [0xFF, 0xD9]
            _ = JPEGOutline(bytes)
            _ = JPEGOutline(Array(bytes.dropLast()))
        }
    }
}
