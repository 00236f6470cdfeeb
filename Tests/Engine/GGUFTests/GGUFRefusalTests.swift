import TestSupport
import Foundation
import Testing

@testable import GGUF

@Suite("An unsound file is refused")
struct GGUFRefusalTests {
    /// A sound file changed in one way, and the sentence fragment that must come back.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: GGUFError.Code
        let fragment: String
        let bytes: [UInt8]

        init(
            _ description: String, _ code: GGUFError.Code, _ fragment: String, _ change: (inout GGUFBuilder) -> Void
        ) {
            var builder = GGUFBuilder.sample()
            change(&builder)
            self.init(description, code, fragment, builder.build())
        }

        init(_ description: String, _ code: GGUFError.Code, _ fragment: String, _ bytes: [UInt8]) {
            testDescription = description
            self.code = code
            self.fragment = fragment
            self.bytes = bytes
        }
    }

    static let claims = [
        Case("2^60 keys", .truncated, "1152921504606846976 metadata keys") { $0.claimedKeys = 1 << 60 },
        Case("2^64 - 1 keys", .truncated, "metadata keys") { $0.claimedKeys = .max },
        Case("2^63 tensors", .truncated, "tensors are announced") { $0.claimedTensors = 1 << 63 },
        Case("one tensor too many", .truncated, "runs past the end") {
            $0.claimedTensors = 5
            $0.tensors = Array($0.tensors.prefix(4))
            $0.tensors[3].bytes = []
        },
        Case("an array of 2^61 numbers", .truncated, "elements of") {
            $0.metadata[13].value = .array(type: 5, count: 1 << 61, payload: [])
        },
        Case("an array of 2^61 strings", .truncated, "elements of") {
            $0.metadata[13].value = .array(type: 8, count: 1 << 61, payload: [])
        },
        Case("a string of 2^63 bytes", .truncated, "runs past the end") {
            $0.metadata[13].value = .array(type: 8, count: 1, payload: littleEndian(UInt64(1) << 63))
        },
        Case("a text of 2 MiB", .malformed, "at most 1048576") {
            $0.metadata[0].value = .string(String(repeating: "x", count: 2 << 20))
        },
        Case("a key of 64 KiB", .malformed, "at most 65535") {
            $0.metadata[0].key = String(repeating: "k", count: 65_536)
        },
        Case("a tensor's name of 256 bytes", .malformed, "at most 255") {
            $0.tensors[0].name = String(repeating: "n", count: 256)
        },
    ]

    static let metadata = [
        Case("a key that is there twice", .malformed, "twice") { $0.metadata[3].key = "a.uint8" },
        Case("an empty key", .malformed, "empty") { $0.metadata[3].key = "" },
        Case("a value of unknown type", .malformed, "unknown type") {
            $0.metadata[13].value = .array(type: 13, count: 0, payload: [])
        },
        Case("a bool of 2", .malformed, "neither true nor false") { $0.metadata[12].value = .bool(2) },
        Case("an array of bools with a 7", .malformed, "neither true nor false") {
            $0.metadata[13].value = .array(type: 7, count: 2, payload: [1, 7])
        },
        Case("an array of arrays", .unsupported, "array of arrays") {
            $0.metadata[13].value = .array(type: 9, count: 1, payload: littleEndian(UInt32(9)))
        },
        Case("alignment 0", .malformed, "alignment of 0") { $0.metadata[1].value = .uint32(0) },
        Case("alignment 3", .malformed, "alignment of 3") { $0.metadata[1].value = .uint32(3) },
        Case("alignment 4", .malformed, "alignment of 4") { $0.metadata[1].value = .uint32(4) },
        Case("alignment 2^31", .malformed, "alignment") { $0.metadata[1].value = .uint32(1 << 31) },
        Case("alignment as a text", .wrongType, "general.alignment") { $0.metadata[1].value = .string("32") },
    ]

    static let tensors = [
        Case("a tensor that is there twice", .malformed, "twice") { $0.tensors[1].name = $0.tensors[0].name },
        Case("no dimension", .malformed, "0 dimensions") { $0.tensors[0].dimensions = [] },
        Case("five dimensions", .malformed, "5 dimensions") { $0.tensors[0].dimensions = [1, 1, 1, 1, 1] },
        Case("a dimension of 0", .malformed, "dimension, 0") { $0.tensors[0].dimensions = [0] },
        Case("dimensions whose product overflows", .malformed, "impossible dimension") {
            $0.tensors[0].dimensions = [1 << 32, 1 << 32]
        },
        Case("a dimension beyond Int", .malformed, "impossible dimension") {
            $0.tensors[0].dimensions = [2, .max]
        },
        Case("a size in bytes that overflows", .truncated, "past the end") {
            $0.tensors[0].dimensions = [1 << 61, 1]
        },
        Case("a row that is no whole number of blocks", .malformed, "no multiple of the 32") {
            $0.tensors[1].dimensions = [33, 3]
        },
        Case("an unknown type", .unsupported, "type 1000") { $0.tensors[1].type = 1000 },
        Case("a type that was taken out of the format", .unsupported, "type 31") { $0.tensors[1].type = 31 },
        Case("an offset past the end", .truncated, "past the end") { $0.tensors[3].offset = 1 << 40 },
        Case("an offset of 2^64 - 32", .truncated, "past the end") { $0.tensors[3].offset = .max - 31 },
        Case("an offset that is not aligned", .malformed, "multiple of 32") { $0.tensors[1].offset = 65 },
        Case("tensors that overlap", .malformed, "overlaps") { $0.tensors[2].offset = 96 },
        Case("two tensors at the same place", .malformed, "overlaps") { $0.tensors[1].offset = 0 },
        Case("a last tensor that is cut short", .truncated, "past the end") { $0.tensors[3].bytes.removeLast() },
    ]

    static let foreign = [
        Case("nothing", .foreign, "no known model format", []),
        Case("three bytes", .foreign, "no known model format", Array("GGU".utf8)),
        Case("only the magic", .truncated, "version of the format", Array("GGUF".utf8)),
        Case("version 1", .unsupported, "version 1") { $0.version = 1 },
        Case("version 4", .unsupported, "version 4") { $0.version = 4 },
        Case("big-endian", .unsupported, "big-endian") { $0.version = UInt32(3).byteSwapped },
        Case("GGML", .foreign, "predecessor") { $0.magic = Array("lmgg".utf8) },
        Case("zip", .foreign, "zip archive", [0x50, 0x4B, 3, 4, 20, 0, 0, 0]),
        Case("safetensors", .foreign, "safetensors", littleEndian(UInt64(12)) + Array("{\"a\":[1,2]} ....".utf8)),
        Case("web page", .foreign, "web page", Array("<!DOCTYPE html><html><head>".utf8)),
        Case("Git LFS pointer", .foreign, "Git LFS", Array("version https://git-lfs.github.com/spec/v1\n".utf8)),
        Case("Hailo network", .foreign, "Hailo", [1, 0x48, 0x45, 0x46, 0, 0, 0, 0]),
        Case("JSON", .foreign, "JSON", Array("{\"error\": 404}".utf8)),
        Case("noise", .foreign, "no known model format", [UInt8](repeating: 0xA5, count: 100)),
    ]

    @Test("with one line that says why", arguments: claims + metadata + tensors + foreign)
    func refusal(of example: Case) throws {
        let error = #expect(throws: GGUFError.self) { try GGUFFile(bytes: example.bytes, name: "model.gguf") }
        #expect(error?.code == example.code)
        let description = error?.description ?? ""
        #expect(description.hasPrefix("model.gguf: "))
        #expect(description.contains(example.fragment), "\(description)")
        #expect(!description.contains("\n"))
    }

    @Test("whose names hold control characters or go on for ever without passing them on")
    func hostileNames() throws {
        var builder = GGUFBuilder.sample()
        builder.tensors[0].name = "\u{1B}[2J\n\u{202E}" + String(repeating: "x", count: 200)
        builder.tensors[0].dimensions = []
        let error = #expect(throws: GGUFError.self) { try GGUFFile(bytes: builder.build(), name: "m") }
        let description = error?.description ?? ""
        #expect(description.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" })
        #expect(description.count < 200)
    }

    @Test("where the path leads to nothing, to a folder, to a pipe or to an empty file")
    func paths() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/brim-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data().write(to: URL(filePath: folder + "/empty"))
        #expect(unsafe mkfifo(folder + "/pipe", 0o600) == 0)
        for (path, code, fragment) in [
            ("/none", GGUFError.Code.unreadable, "No such file"), ("", .unreadable, "not a file"),
            ("/pipe", .unreadable, "not a file"), ("/empty", .foreign, "empty"),
        ] {
            let error = #expect(throws: GGUFError.self) { try GGUFFile(path: folder + path) }
            #expect(error?.code == code)
            #expect(error?.description.contains(fragment) == true)
        }
    }
}
