internal import AssistantCore

/// What a delta begins with: which file it changes into which.
///
/// A delta is this header and records, one after the other until the new file has all its bytes. Numbers are little endian.
/// - header: `BRIMDLT1`, then of the base and of the new file the length (8 bytes) and the SHA-256 (32 bytes);
/// - *copy*: 0, offset in the base (8), length (8): the same bytes;
/// - *difference*: 1, offset in the base (8), length (4), packed length (4), packed: byte by byte what is added to the base;
/// - *patch*: 2, offset in the base (8), length there (4), length (4), packed length (4), packed: a frame after those bytes.
struct DeltaHeader: Sendable, Hashable {
    static let mark = Array("BRIMDLT1".utf8)
    static let byteCount = 8 + 2 * 40
    /// Most bytes of a record that is not a copy.
    static let largestPiece = 2 << 20
    /// Most bytes of the base that a patch goes by.
    static let largestPrefix = 4 << 20

    struct File: Sendable, Hashable {
        var length: Int64
        /// In hexadecimal digits.
        var sha256: String
    }

    var base: File
    var new: File

    init(base: File, new: File) {
        self.base = base
        self.new = new
    }

    /// `nil` for what is no delta.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount, Array(bytes.prefix(8)) == Self.mark else { return nil }
        func file(_ start: Int) -> File? {
            let length = Int64(truncatingIfNeeded: LittleEndian.number(bytes[start..<start + 8]))
            guard length >= 0 else { return nil }
            return File(length: length, sha256: Hexadecimal.encode(bytes[start + 8..<start + 40]))
        }
        guard let base = file(8), let new = file(48) else { return nil }
        self.base = base
        self.new = new
    }

    var bytes: [UInt8] {
        [base, new].reduce(Self.mark) { bytes, file in
            bytes + LittleEndian.bytes(UInt64(file.length), 8)
                + (Hexadecimal.decode(file.sha256, allowsUpperCase: false) ?? [])
        }
    }
}

/// Numbers as a delta holds them.
enum LittleEndian {
    static func number(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func bytes(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }
}
