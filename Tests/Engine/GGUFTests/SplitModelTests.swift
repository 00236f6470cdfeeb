import TestSupport
import Foundation
import Testing

@testable import GGUF

/// Models that were split into several files.
@Suite("A model in several files")
final class SplitModelTests {
    private let folder = NSTemporaryDirectory() + "brim-split-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func path(_ number: Int, of count: Int) -> String {
        "\(folder)/m-0000\(number)-of-0000\(count).gguf"
    }

    /// The sample model as three files: the first without tensors, as some tools write it.
    private static func pieces(total: Int32 = 4) -> [GGUFBuilder] {
        let whole = GGUFBuilder.sample()
        return (0..<3).map { number in
            var piece = GGUFBuilder()
            if number == 0 { piece.metadata = whole.metadata }
            piece.metadata += [
                ("split.no", .uint16(UInt16(number))), ("split.count", .uint16(3)),
                ("split.tensors.count", .int32(total)),
            ]
            piece.tensors = number == 0 ? [] : Array(number == 1 ? whole.tensors[..<1] : whole.tensors[1...])
            return piece
        }
    }

    private static func bytes(of tensor: TensorInfo, in file: GGUFFile) throws -> [UInt8] {
        unsafe try file.withUnsafeBytes(of: tensor) { unsafe Array($0) }
    }

    private func write(_ pieces: [GGUFBuilder]) throws {
        for (index, piece) in pieces.enumerated() {
            try Data(piece.build()).write(to: URL(fileURLWithPath: path(index + 1, of: pieces.count)))
        }
    }

    @Test("is one file to whoever reads it: the same metadata, the same tensors, their bytes")
    func joined() throws {
        try write(Self.pieces())
        let (split, whole) = (
            try GGUFFile(path: path(1, of: 3)), try GGUFFile(bytes: GGUFBuilder.sample().build(), name: "whole")
        )
        #expect(Set(split.tensors.keys) == Set(whole.tensors.keys))
        for (name, tensor) in whole.tensors {
            let same = try split.tensor(name)
            #expect(same.dimensions == tensor.dimensions && same.type == tensor.type)
            #expect(try Self.bytes(of: same, in: split) == Self.bytes(of: tensor, in: whole))
            split.adviseUnneeded(same)
        }
        split.adviseAllUnneeded()
        try split.checkUnchanged()
        #expect(split.tensorsInOrder.map(\.name) == whole.tensorsInOrder.map(\.name))
        #expect(try split.metadata.string("general.architecture") == "llama")
        let sizes = try (1...3).map { try Data(contentsOf: URL(fileURLWithPath: path($0, of: 3))).count }
        #expect(split.byteCount == sizes.reduce(0, +))
    }

    @Test("has a fingerprint of all its files")
    func fingerprint() throws {
        var pieces = Self.pieces()
        try write(pieces)
        let before = try GGUFFile(path: path(1, of: 3)).quickFingerprint()
        pieces[2].tensors[0].bytes[3] ^= 1
        try write(pieces)
        #expect(try GGUFFile(path: path(1, of: 3)).quickFingerprint() != before)
    }

    @Test("written anew is one file that no longer says that it is split")
    func rewritten() throws {
        try write(Self.pieces())
        let split = try GGUFFile(path: path(1, of: 3))
        let tensors = split.tensorsInOrder.map {
            TensorDescription(name: $0.name, type: $0.type, dimensions: $0.dimensions)
        }
        var bytes = split.header(of: tensors, changing: [:])
        for tensor in tensors { bytes += [UInt8](repeating: 0, count: split.padded(tensor.byteCount)) }
        #expect(try GGUFFile(bytes: bytes, name: "joined").tensors.count == 4)
    }

    private func refusal() -> GGUFError? {
        do throws(GGUFError) {
            _ = try GGUFFile(path: path(1, of: 3))
            return nil
        } catch {
            return error
        }
    }

    @Test("is refused where a file is missing, stands in for another, or brings what was there or too little")
    func refused() throws {
        try write(Self.pieces())
        try FileManager.default.removeItem(atPath: path(2, of: 3))
        #expect(refusal()?.code == .unreadable && refusal()?.path == path(2, of: 3))

        var pieces = Self.pieces()
        pieces.swapAt(1, 2)
        try write(pieces)
        #expect(refusal()?.code == .malformed && refusal()?.path == path(2, of: 3))

        pieces = Self.pieces()
        pieces[1].tensors = pieces[2].tensors
        try write(pieces)
        #expect(refusal()?.code == .malformed && refusal()?.path == path(3, of: 3))

        try write(Self.pieces(total: 5))
        #expect(refusal()?.reason.contains("4 tensors") == true)

        pieces = Self.pieces()
        pieces[1].metadata[1] = ("split.count", .uint16(2))
        try write(pieces)
        #expect(refusal()?.code == .unsupported)

        for number in [Int64.min, -1, 1, .max] {
            pieces = Self.pieces()
            pieces[2].metadata[0] = ("split.no", .int64(number))
            try write(pieces)
            #expect(refusal()?.code == .malformed)
        }
    }

    @Test("is refused by the path of another file than the first, or under another name, and says what to give")
    func wrongPath() throws {
        try write(Self.pieces())
        let renamed = folder + "/model.gguf"
        try FileManager.default.copyItem(atPath: path(1, of: 3), toPath: renamed)
        for path in [path(2, of: 3), renamed] {
            let error = #expect(throws: GGUFError.self) { try GGUFFile(path: path) }
            #expect(error?.reason.contains("the path of the first") == true, "\(path)")
        }
    }

    @Test("is named from its first file; any other file stands for itself")
    func names() {
        #expect(
            SplitName.pieces(of: "a/m-q4-00001-of-00003.gguf")
                == ["a/m-q4-00001-of-00003.gguf", "a/m-q4-00002-of-00003.gguf", "a/m-q4-00003-of-00003.gguf"])
        #expect(SplitName.pieces(of: "m-00002-of-00003.gguf") == ["m-00002-of-00003.gguf"])
        #expect(SplitName.pieces(of: "m-00001-of-00000.gguf") == ["m-00001-of-00000.gguf"])
        #expect(SplitName.stem(of: "M-00001-of-00003.gguf") == "M" && SplitName.stem(of: "m.gguf") == "m")
    }
}
