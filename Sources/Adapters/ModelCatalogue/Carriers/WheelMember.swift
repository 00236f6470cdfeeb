internal import CZlib
internal import Foundation

/// One member of a wheel, which is a ZIP archive, taken out into a file: that one alone, and never more of it than was
/// said.
///
/// Source: the ZIP format's APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16. Reads archives below 4 GiB with members that are
/// stored or deflated, as wheels are.
struct WheelMember {
    /// Path inside the archive.
    var name: String
    /// Its length when it is unpacked: no more is written, and less is an error.
    var bytes: Int64

    private struct Entry {
        var method: Int
        var checksum: UInt32
        var compressedBytes: Int64
        var bytes: Int64
        var headerOffset: Int64
    }

    /// Takes the member out of the archive, in pieces. Blocks for about a second for each 100 MB.
    ///
    /// - Throws: ``CatalogueError/Code/corrupted`` where the archive is broken or the member another than was said; what
    ///   `deliver` throws.
    func unpack(from archive: String, _ deliver: ([UInt8]) throws -> Void) throws {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: archive))
        let entry = try entry(in: handle, archive)
        guard entry.bytes == bytes else { throw broken(archive, "holds \(name) in another length") }
        try seek(handle, to: entry.headerOffset, archive)
        let header = LittleEndian(try handle.read(upToCount: 30) ?? Data())
        guard header.count == 30, header.number(at: 0, 4) == 0x0403_4b50 else { throw broken(archive, "is damaged") }
        let start = entry.headerOffset + 30 + Int64(header.number(at: 26, 2)) + Int64(header.number(at: 28, 2))
        try seek(handle, to: start, archive)
        var unpacking = try Unpacking(isDeflated: entry.method == 8, limit: bytes)
        var rest = entry.compressedBytes
        while rest > 0 {
            guard let piece = try handle.read(upToCount: Int(min(rest, 1 << 18))), !piece.isEmpty else {
                throw broken(archive, "ends too early")
            }
            rest -= Int64(piece.count)
            guard try unpacking.take(piece, deliver) else {
                throw broken(archive, "holds more of \(name) than it says, or damaged bytes")
            }
        }
        guard unpacking.bytes == bytes, unpacking.checksum == entry.checksum else {
            throw broken(archive, "holds \(name) damaged")
        }
        try handle.close()
    }

    private func broken(_ archive: String, _ what: String) -> CatalogueError {
        CatalogueError(.corrupted, "the package \((archive as NSString).lastPathComponent) \(what); fetch again")
    }

    private func seek(_ handle: FileHandle, to offset: Int64, _ archive: String) throws {
        guard offset >= 0 else { throw broken(archive, "is damaged") }
        try handle.seek(toOffset: UInt64(offset))
    }

    /// Finds the member in the directory at the archive's end.
    private func entry(in handle: FileHandle, _ archive: String) throws -> Entry {
        let size = Int64(try handle.seekToEnd())
        let tailBytes = min(size, 65_557)
        try seek(handle, to: size - tailBytes, archive)
        let tail = LittleEndian(try handle.read(upToCount: Int(tailBytes)) ?? Data())
        guard let end = tail.last(0x0605_4b50, recordBytes: 22) else { throw broken(archive, "is no ZIP archive") }
        let directoryBytes = Int64(tail.number(at: end + 12, 4))
        let directoryOffset = Int64(tail.number(at: end + 16, 4))
        guard directoryBytes <= 16 << 20, directoryOffset + directoryBytes <= size else {
            throw broken(archive, "is damaged, or larger than this program reads")
        }
        try seek(handle, to: directoryOffset, archive)
        let directory = LittleEndian(try handle.read(upToCount: Int(directoryBytes)) ?? Data())
        let wanted = Array(name.utf8)
        var position = 0
        while position + 46 <= directory.count, directory.number(at: position, 4) == 0x0201_4b50 {
            let nameBytes = Int(directory.number(at: position + 28, 2))
            let extraBytes = Int(directory.number(at: position + 30, 2) + directory.number(at: position + 32, 2))
            if directory.bytes(at: position + 46, nameBytes) == wanted {
                return try entry(at: position, in: directory, archive)
            }
            position += 46 + nameBytes + extraBytes
        }
        throw broken(archive, "does not hold \(name)")
    }

    private func entry(at position: Int, in directory: LittleEndian, _ archive: String) throws -> Entry {
        let method = Int(directory.number(at: position + 10, 2))
        let isEncrypted = directory.number(at: position + 8, 2) & 1 != 0
        guard !isEncrypted, method == 0 || method == 8 else {
            throw broken(archive, "holds \(name) packed in a way that this program does not read")
        }
        return Entry(
            method: method, checksum: directory.number(at: position + 16, 4),
            compressedBytes: Int64(directory.number(at: position + 20, 4)),
            bytes: Int64(directory.number(at: position + 24, 4)),
            headerOffset: Int64(directory.number(at: position + 42, 4)))
    }
}

/// Bytes with little-endian numbers in them. What lies outside reads as zero.
private struct LittleEndian {
    private let content: [UInt8]

    init(_ data: Data) { content = Array(data) }

    var count: Int { content.count }

    func number(at offset: Int, _ width: Int) -> UInt32 {
        guard offset >= 0, offset + width <= content.count else { return 0 }
        return (0..<width).reduce(0) { $0 | UInt32(content[offset + $1]) << (8 * $1) }
    }

    func bytes(at offset: Int, _ length: Int) -> [UInt8]? {
        offset + length <= content.count ? Array(content[offset..<offset + length]) : nil
    }

    /// Where the last record with that signature begins that is whole.
    func last(_ signature: UInt32, recordBytes: Int) -> Int? {
        guard content.count >= recordBytes else { return nil }
        return stride(from: content.count - recordBytes, through: 0, by: -1).first {
            content[$0] == 0x50 && number(at: $0, 4) == signature
        }
    }
}

/// Inflates a stream piece by piece, up to a limit, and keeps its checksum.
@safe private struct Unpacking: ~Copyable {
    /// At one address as long as it lives: zlib remembers it.
    private let stream: UnsafeMutablePointer<z_stream>
    private let isDeflated: Bool
    private let limit: Int64
    private var hasEnded = false
    private(set) var bytes: Int64 = 0
    private(set) var checksum: UInt32 = 0

    init(isDeflated: Bool, limit: Int64) throws(CatalogueError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe czlib_inflate_init_raw(stream) == Z_OK else {
            unsafe stream.deallocate()
            throw CatalogueError(.downloadFailed, "there is no memory to unpack the package; close other programs")
        }
        unsafe self.stream = stream
        self.isDeflated = isDeflated
        self.limit = limit
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Unpacks a piece and hands over what it gives. `false` where it is damaged or gives more than the limit.
    mutating func take(_ piece: Data, _ deliver: ([UInt8]) throws -> Void) throws -> Bool {
        guard isDeflated else { return try count(Array(piece), deliver) }
        var input = Array(piece)
        var output = [UInt8](repeating: 0, count: 1 << 18)
        return try unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe stream.pointee.next_in = source.baseAddress
            unsafe stream.pointee.avail_in = UInt32(source.count)
            var isFull = true
            // What did not fit into the output waits inside, also when all input is taken.
            while unsafe !hasEnded && (stream.pointee.avail_in > 0 || isFull) {
                let (status, produced) = unsafe output.withUnsafeMutableBufferPointer { target -> (Int32, Int) in
                    unsafe stream.pointee.next_out = target.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(target.count)
                    let status = unsafe inflate(stream, Z_NO_FLUSH)
                    return unsafe (status, target.count - Int(stream.pointee.avail_out))
                }
                isFull = produced == output.count
                hasEnded = status == Z_STREAM_END
                let isWaiting = unsafe status == Z_BUF_ERROR && stream.pointee.avail_in == 0
                guard status == Z_OK || hasEnded || isWaiting, try count(Array(output[..<produced]), deliver) else {
                    return false
                }
            }
            return unsafe stream.pointee.avail_in == 0
        }
    }

    private mutating func count(_ unpacked: [UInt8], _ deliver: ([UInt8]) throws -> Void) throws -> Bool {
        guard bytes + Int64(unpacked.count) <= limit else { return false }
        bytes += Int64(unpacked.count)
        checksum = unsafe unpacked.withUnsafeBufferPointer {
            unsafe UInt32(truncatingIfNeeded: crc32(uLong(checksum), $0.baseAddress, UInt32($0.count)))
        }
        try deliver(unpacked)
        return true
    }
}
