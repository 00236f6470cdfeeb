/// Gives the new file piece by piece. Every number of the delta is doubted: it may be anything.
struct DeltaReader {
    private let delta: RandomAccessFile
    private let base: RandomAccessFile
    private let header: DeltaHeader
    private let compression = Compression()
    private var offset = Int64(DeltaHeader.byteCount)
    /// What is left of a copy.
    private var copy: (offset: Int64, length: Int64) = (0, 0)
    /// Bytes of the new file that were given.
    private(set) var written: Int64 = 0

    init(_ delta: RandomAccessFile, _ base: RandomAccessFile, _ header: DeltaHeader) {
        self.delta = delta
        self.base = base
        self.header = header
    }

    /// The next piece, never more bytes than the new file has left; `nil` when it has all of them.
    mutating func next() throws(UpdateError) -> [UInt8]? {
        if copy.length == 0 {
            guard written < header.new.length else {
                guard offset == delta.length else { throw damaged }
                return nil
            }
            if let piece = try record() { return try given(piece) }
        }
        let count = Int(min(copy.length, 1 << 20))
        let piece = try base.read(copy.offset, count)
        copy = (copy.offset + Int64(count), copy.length - Int64(count))
        return try given(piece)
    }

    /// The piece of the next record; `nil` where it is a copy.
    private mutating func record() throws(UpdateError) -> [UInt8]? {
        switch try number(1) {
        case 0:
            let (start, length) = (try number(8), try number(8))
            guard length > 0, let start = Int64(exactly: start), let length = Int64(exactly: length),
                length <= header.new.length - written
            else { throw damaged }
            copy = (start, length)
            return nil
        case 1:
            let (start, count) = (try number(8), try piece(try number(4)))
            guard let start = Int64(exactly: start) else { throw damaged }
            var bytes = try base.read(start, count)
            let difference = try compression.decompress(try packed(), count: count)
            for index in bytes.indices { bytes[index] &+= difference[index] }
            return bytes
        case 2:
            let (start, length) = (try number(8), try number(4))
            guard let start = Int64(exactly: start), length <= DeltaHeader.largestPrefix else { throw damaged }
            let prefix = try base.read(start, Int(length))
            let count = try piece(try number(4))
            return try compression.decompress(try packed(), after: prefix, count: count)
        default: throw damaged
        }
    }

    private mutating func given(_ piece: [UInt8]) throws(UpdateError) -> [UInt8] {
        written += Int64(piece.count)
        guard written <= header.new.length else { throw damaged }
        return piece
    }

    private var damaged: UpdateError {
        UpdateError(.mismatched, "the delta is damaged; take the whole file")
    }

    private mutating func number(_ count: Int) throws(UpdateError) -> UInt64 {
        LittleEndian.number(try read(count))
    }

    /// A count of bytes as a record may have it.
    private func piece(_ count: UInt64) throws(UpdateError) -> Int {
        guard (1...UInt64(DeltaHeader.largestPiece)).contains(count) else { throw damaged }
        return Int(count)
    }

    private mutating func packed() throws(UpdateError) -> [UInt8] {
        let count = try number(4)
        guard count <= Compression.bound(DeltaHeader.largestPiece) else { throw damaged }
        return try read(Int(count))
    }

    private mutating func read(_ count: Int) throws(UpdateError) -> [UInt8] {
        let bytes = try delta.read(offset, count)
        offset += Int64(count)
        return bytes
    }
}
