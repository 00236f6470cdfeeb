import Foundation
import TestSupport
import Testing

@testable import GGUF

@Suite("A sound file")
struct GGUFFileTests {
    private let sample = GGUFBuilder.sample()

    @Test("gives every kind of metadata value back")
    func metadata() throws {
        let metadata = try GGUFFile(bytes: sample.build(), name: "sample").metadata
        #expect(try metadata.string("general.architecture") == "llama")
        let integers = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"]
            .map { try? metadata.integer("a.\($0)") }
        #expect(
            integers == [
                200, -100, 60_000, -30_000, 4_000_000_000, -2_000_000_000, 1 << 40, -(1 << 40),
            ])
        #expect(try metadata.float("a.float32") == 0.5)
        #expect(try metadata.float("a.float64") == -2.25)
        #expect(try metadata.float("a.int16") == -30_000)
        #expect(try metadata.bool("a.bool") == true)
        #expect(try metadata.integers("a.numbers") == [1, -2, 3])
        #expect(try metadata.floats("a.floats") == [0.25, -0.5])
        #expect(try metadata.floats("a.numbers") == [1, -2, 3])
        #expect(metadata.keys == sample.metadata.map(\.key))
        #expect(metadata.contains("a.bool") && !metadata.contains("a.bools"))
    }

    @Test("gives arrays of strings without copying them")
    func strings() throws {
        let metadata = try GGUFFile(bytes: sample.build(), name: "sample").metadata
        let words = try #require(try metadata.strings("a.words"))
        #expect((0..<words.count).map { words[$0] } == ["", "two", "drei", "četiri"])
        #expect(words.byteCount == 14)
        #expect(words.withBytes(at: 1) { $0.count } == 3)
    }

    @Test("answers nil for what is absent and throws for what is of another kind")
    func absentAndWrong() throws {
        let metadata = try GGUFFile(bytes: sample.build(), name: "sample").metadata
        #expect(try metadata.string("b") == nil)
        #expect(try metadata.integers("b") == nil)
        #expect(try metadata.strings("b") == nil)
        for read in [
            { _ = try metadata.string("a.bool") }, { _ = try metadata.integer("a.float32") },
            { _ = try metadata.integer("a.numbers") }, { _ = try metadata.float("a.bool") },
            { _ = try metadata.bool("a.uint8") }, { _ = try metadata.integers("a.uint8") },
            { _ = try metadata.integers("a.floats") }, { _ = try metadata.strings("a.numbers") },
            { _ = try metadata.floats("a.words") },
        ] {
            let error = #expect(throws: GGUFError.self) { try read() }
            #expect(error?.code == .wrongType)
        }
    }

    @Test("refuses an integer that does not fit and text that is not UTF-8 when they are asked for")
    func unfit() throws {
        var builder = GGUFBuilder()
        builder.metadata = [("big", .uint64(.max)), ("text", .string("xyz"))]
        var bytes = builder.build()
        bytes[bytes.count - 1] = 0xFF
        let metadata = try GGUFFile(bytes: bytes, name: "sample").metadata
        #expect(throws: GGUFError.self) { try metadata.integer("big") }
        #expect(throws: GGUFError.self) { try metadata.string("text") }
    }

    @Test("gives every tensor's shape and bytes back", arguments: [2, 3] as [UInt32])
    func tensors(version: UInt32) throws {
        var builder = sample
        builder.version = version
        let file = try GGUFFile(bytes: builder.build(), name: "sample")
        #expect(file.version == version)
        #expect(file.tensors.count == 4)
        for tensor in builder.tensors {
            let info = try file.tensor(tensor.name)
            #expect(info.dimensions.map(UInt64.init) == tensor.dimensions)
            #expect(info.type.id == tensor.type)
            #expect(info.rows * info.bytesPerRow == tensor.bytes.count)
            #expect(info.columns * info.rows == info.elementCount)
            #expect(try bytes(of: info, in: file) == tensor.bytes)
        }
        #expect(throws: GGUFError.self) { try file.tensor("none") }
    }

    @Test("is mapped from disk, keeps its bytes readable after the pages were given back")
    func mapped() throws {
        try withTemporaryFile(sample.build()) { path in
            let file = try GGUFFile(path: path)
            let tensor = try file.tensor("blk.1.weight")
            file.adviseUnneeded(tensor)
            #expect(try bytes(of: tensor, in: file) == sample.tensors[2].bytes)
            try file.checkUnchanged()
            #expect(file.byteCount == sample.build().count)
        }
    }

    @Test("reads bytes of a tensor, and none of a file that was cut")
    func read() throws {
        func read(_ file: GGUFFile) throws -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: 7)
            var span = bytes.mutableSpan
            var raw = unsafe span.mutableBytes
            try file.read(5..<12, of: file.tensor("blk.1.weight"), into: &raw)
            return bytes
        }
        let expected = Array(sample.tensors[2].bytes[5..<12])
        #expect(try read(GGUFFile(bytes: sample.build(), name: "in memory")) == expected)
        try withTemporaryFile(sample.build()) { path in
            let file = try GGUFFile(path: path)
            #expect(try read(file) == expected)
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.truncate(atOffset: UInt64(file.dataOffset))
            try handle.close()
            let error = #expect(throws: GGUFError.self) { try read(file) }
            #expect(error?.code == .changed)
        }
    }

    @Test("that is written to while open is noticed")
    func changed() throws {
        try withTemporaryFile(sample.build()) { path in
            let file = try GGUFFile(path: path)
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data([0]))
            try handle.close()
            let error = #expect(throws: GGUFError.self) { try file.checkUnchanged() }
            #expect(error?.code == .changed)
        }
    }

    @Test("has a fingerprint that changes with its header and its weights")
    func fingerprint() throws {
        let original = try GGUFFile(bytes: sample.build(), name: "a").quickFingerprint()
        #expect(try GGUFFile(bytes: sample.build(), name: "b").quickFingerprint() == original)
        #expect(original.count == 16)
        var renamed = sample
        renamed.metadata[0].value = .string("lamma")
        #expect(try GGUFFile(bytes: renamed.build(), name: "c").quickFingerprint() != original)
        var retrained = sample
        retrained.tensors[2].bytes[100] ^= 1
        #expect(try GGUFFile(bytes: retrained.build(), name: "d").quickFingerprint() != original)
    }

    @Test("may hold tensors of a type known by name only, which are refused where they are used")
    func unreadableType() throws {
        var builder = sample
        builder.tensors.append(.init(name: "odd", dimensions: [256], type: 16, bytes: .init(repeating: 0, count: 66)))
        let file = try GGUFFile(bytes: builder.build(), name: "sample")
        let tensor = try file.tensor("odd")
        #expect(tensor.type.name == "IQ2_XXS")
        let error = #expect(throws: GGUFError.self) { try bytes(of: tensor, in: file) }
        #expect(error?.code == .unsupported)
    }

    @Test("of the default model opens with every tensor in place")
    func defaultModel() throws {
        let file = try GGUFFile(path: try defaultModelPath())
        #expect(file.version == 3)
        #expect(file.tensors.count == 272)
        #expect(try file.metadata.string("tokenizer.ggml.pre") == "smollm")
        #expect(try file.metadata.integer("llama.block_count") == 30)
        #expect(try file.metadata.strings("tokenizer.ggml.tokens")?.count == 49_152)
        let embedding = try file.tensor("token_embd.weight")
        #expect(embedding.type == .q8_0)
        #expect(embedding.dimensions == [576, 49_152])
        #expect(file.tensors.values.map(\.byteRange.upperBound).max() == file.byteCount)
    }
}

private func bytes(of tensor: TensorInfo, in file: GGUFFile) throws -> [UInt8] {
    unsafe try file.withUnsafeBytes(of: tensor) { unsafe Array($0) }
}

/// Where `make models` puts the default model; fails with the sentence a person needs.
func defaultModelPath(from here: String = #filePath) throws -> String {
    var folder = URL(filePath: here)
    repeat {
        folder.deleteLastPathComponent()
    } while folder.path != "/" && !FileManager.default.fileExists(atPath: folder.path + "/Package.swift")
    let path = folder.path + "/models/SmolLM2-135M-Instruct.Q4_1.gguf"
    try #require(FileManager.default.fileExists(atPath: path), "\(path) is missing: run make models")
    return path
}
