package import AssistantCore
internal import ChildProcesses
internal import Foundation
internal import Subprocess
internal import SystemPackage

/// Reads a picture for a remote model: turned upright, scaled down, and without metadata, by ImageMagick in a child process
/// with limits.
package struct PictureReader: Sendable {
    /// Vision models see no more in a larger picture.
    private static let longestSide = 1_024
    private static let mostFileBytes = 64 << 20
    var limits = Converter.Limits()

    package init() {}

    /// - Throws: ``DocumentError`` where the file is no picture, or the program for it is missing.
    package func picture(at path: String) async throws(DocumentError) -> Picture {
        let source = try Self.bytes(of: path)
        guard let format = Self.format(of: source) else {
            throw DocumentError(.encoding, "it is no JPEG, PNG, WebP, GIF, TIFF or BMP picture")
        }
        guard let input = try? ChildInput.descriptor(holding: source) else {
            throw DocumentError(.unreadable, "there is no room for a temporary file")
        }
        var converter = Converter.picture(from: format, longestSide: Self.longestSide)
        converter.limits = limits
        // It copies its input before it looks at it.
        converter.limits.writtenBytes = Self.mostFileBytes
        let bytes = try await converter.output(
            of: .fileDescriptor(FileDescriptor(rawValue: input), closeAfterSpawningProcess: true))
        guard let outline = JPEGOutline(bytes) else {
            throw DocumentError(.damaged, "\(converter.program) made no picture of it: it is damaged")
        }
        // Looked at, and not believed: nothing of where and when it was taken may leave.
        guard !outline.hasMetadata else {
            throw DocumentError(.damaged, "its metadata cannot be taken out, so it does not leave this device")
        }
        return Picture(
            name: (path as NSString).lastPathComponent, bytes: bytes, width: outline.width, height: outline.height)
    }

    private static func bytes(of path: String) throws(DocumentError) -> [UInt8] {
        let file = try PlainFile(path, followsLinks: true)
        let handle = FileHandle(fileDescriptor: file.descriptor, closeOnDealloc: true)
        guard let data = try? handle.read(upToCount: mostFileBytes + 1) else {
            throw DocumentError(.unreadable, "it cannot be read")
        }
        guard data.count <= mostFileBytes else {
            throw DocumentError(.tooLarge, "it is larger than \(mostFileBytes >> 20) MB")
        }
        return Array(data)
    }

    /// What the bytes begin with; the name of a file proves nothing, and ImageMagick is never left to guess.
    private static func format(of bytes: [UInt8]) -> String? {
        let signatures: [(format: String, bytes: [UInt8])] = [
            ("jpeg", [0xFF, 0xD8, 0xFF]), ("png", [0x89, 0x50, 0x4E, 0x47]), ("gif", Array("GIF8".utf8)),
            ("tiff", [0x49, 0x49, 0x2A, 0x00]), ("tiff", [0x4D, 0x4D, 0x00, 0x2A]), ("bmp", Array("BM".utf8)),
        ]
        if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) { return "webp" }
        return signatures.first { bytes.starts(with: $0.bytes) }?.format
    }
}

extension Converter {
    /// The first picture of a file, whatever else is in it.
    static func picture(from format: String, longestSide: Int) -> Converter {
        let limits = [
            "-limit", "memory", "512MiB", "-limit", "map", "512MiB", "-limit", "disk", "0", "-limit", "thread", "1",
        ]
        return Converter(
            program: "convert",
            arguments: limits + [
                "\(format):-[0]", "-auto-orient", "-strip", "-background", "white", "-flatten", "-resize",
                "\(longestSide)x\(longestSide)>", "-quality", "85", "jpeg:-",
            ], package: "imagemagick")
    }
}

/// What the markers of a JPEG say: its size, and whether it carries more than the picture.
struct JPEGOutline {
    var width: Int
    var height: Int
    /// Exif, XMP, IPTC, comments: any application's segment but JFIF's own and colours'.
    var hasMetadata: Bool

    /// `nil` for what is no whole JPEG.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: [0xFF, 0xD8]), bytes.suffix(2) == [0xFF, 0xD9] else { return nil }
        var size: (width: Int, height: Int)?
        var hasMetadata = false
        var index = 2
        while index + 4 <= bytes.count, bytes[index] == 0xFF {
            let marker = bytes[index + 1]
            let length = Int(bytes[index + 2]) << 8 | Int(bytes[index + 3])
            guard length >= 2, index + 2 + length <= bytes.count else { return nil }
            switch marker {
            case 0xDA:
                guard let size else { return nil }
                (width, height) = size
                self.hasMetadata = hasMetadata
                return
            case 0xC0...0xC3 where length >= 8:
                func number(_ offset: Int) -> Int { Int(bytes[index + offset]) << 8 | Int(bytes[index + offset + 1]) }
                size = (number(7), number(5))
            case 0xE1, 0xE3...0xED, 0xEF, 0xFE: hasMetadata = true
            default: break
            }
            index += 2 + length
        }
        return nil
    }
}
