/// Writes the records of a delta, each the smallest that makes its piece.
struct DeltaWriter {
    private static let level: Int32 = 9

    private let base: RandomAccessFile
    private let new: RandomAccessFile
    private let file: GrowingFile
    private let compression = Compression()
    /// A copy that the next piece may go on with.
    private var copy: (offset: Int64, length: Int64)?
    var outcome = FileDelta.Outcome(bytes: 0, newBytes: 0, changedBytes: 0, segments: 0)

    init(_ base: RandomAccessFile, _ new: RandomAccessFile, _ file: GrowingFile) {
        self.base = base
        self.new = new
        self.file = file
    }

    /// Bytes that stand for bytes of the base of the same number.
    mutating func difference(_ segment: FileDelta.Segment, progress: (Int64) -> Void) throws {
        var done: Int64 = 0
        let length = segment.new.upperBound - segment.new.lowerBound
        while done < length {
            try Task.checkCancellation()
            let count = Int(min(Int64(DeltaHeader.largestPiece), length - done))
            let offset = segment.base.lowerBound + done
            let old = try base.read(offset, count)
            let bytes = try new.read(segment.new.lowerBound + done, count)
            done += Int64(count)
            progress(segment.new.lowerBound + done)
            if old == bytes {
                try add(copy: offset, Int64(count))
                continue
            }
            var difference = bytes
            var changed = 0
            for index in difference.indices {
                difference[index] &-= old[index]
                changed += difference[index] == 0 ? 0 : 1
            }
            outcome.changedBytes += Int64(changed)
            let packed = try compression.compress(difference, level: Self.level)
            try flush()
            try file.append(
                [1] + LittleEndian.bytes(UInt64(offset), 8) + LittleEndian.bytes(UInt64(count), 4)
                    + LittleEndian.bytes(UInt64(packed.count), 4))
            try file.append(packed)
        }
    }

    /// Bytes that stand for nothing in particular: what is near in the base is what they may be like.
    mutating func patch(_ range: Range<Int64>, progress: (Int64) -> Void = { _ in }) throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            try Task.checkCancellation()
            let count = Int(min(Int64(DeltaHeader.largestPiece), range.upperBound - offset))
            let bytes = try new.read(offset, count)
            let around = Int64(DeltaHeader.largestPrefix - DeltaHeader.largestPiece) / 2
            let start = min(max(0, offset - around), base.length)
            let end = min(base.length, start + Int64(DeltaHeader.largestPrefix))
            let prefix = try base.read(start, Int(end - start))
            let packed = try compression.compress(bytes, after: prefix, level: Self.level)
            try flush()
            try file.append(
                [2] + LittleEndian.bytes(UInt64(start), 8) + LittleEndian.bytes(UInt64(prefix.count), 4)
                    + LittleEndian.bytes(UInt64(count), 4) + LittleEndian.bytes(UInt64(packed.count), 4))
            try file.append(packed)
            offset += Int64(count)
            progress(offset)
        }
    }

    /// To be called in the end.
    mutating func finish() throws { try flush() }

    private mutating func add(copy offset: Int64, _ count: Int64) throws {
        if let copy, copy.offset + copy.length == offset {
            self.copy = (copy.offset, copy.length + count)
            return
        }
        try flush()
        copy = (offset, count)
    }

    private mutating func flush() throws {
        guard let copy else { return }
        self.copy = nil
        try file.append(
            [0] + LittleEndian.bytes(UInt64(copy.offset), 8) + LittleEndian.bytes(UInt64(copy.length), 8))
    }
}
