/// An array of byte strings that lie in the file: their ranges are found once, their bytes stay where they are.
///
/// Costs 8 bytes a string. Any thread may read.
public struct StringArray: Sendable {
    private let image: FileImage
    private let start: Int
    /// Where each string ends; the next begins 8 bytes, its length, further on.
    private let ends: [Int]

    /// Number of strings.
    public var count: Int { ends.count }

    /// Bytes of all strings together.
    public var byteCount: Int { (ends.last ?? start) - start - 8 * ends.count }

    /// The file may have changed since its header was checked, so that the lengths are checked again.
    init(_ image: FileImage, count: Int, from start: Int) throws(GGUFError) {
        var reader = HeaderReader(image, from: start)
        var ends: [Int] = []
        ends.reserveCapacity(count)
        try reader.strings(count, "a string in an array", atMost: GGUFFile.Limits.stringBytes) { ends.append($0) }
        self.image = image
        self.start = start
        self.ends = ends
    }

    /// Calls `body` with the bytes of each string, which need not be UTF-8, in order, until it returns false.
    public func forEach(_ body: (Span<UInt8>) -> Bool) {
        unsafe image.withUnsafeBytes(in: start..<(ends.last ?? start)) { bytes in
            var lower = 8
            for end in ends {
                let string = unsafe UnsafeRawBufferPointer(rebasing: bytes[lower..<end - start])
                guard body(unsafe Span(_unsafeElements: string.assumingMemoryBound(to: UInt8.self))) else { return }
                lower = end - start + 8
            }
        }
    }

    /// Calls `body` with the bytes of the string at `index`, which need not be UTF-8.
    public func withBytes<R, E>(at index: Int, _ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
        let lower = (index == 0 ? start : ends[index - 1]) + 8
        return unsafe try image.withUnsafeBytes(in: lower..<ends[index]) { (bytes) throws(E) in
            try body(unsafe Span(_unsafeElements: bytes.assumingMemoryBound(to: UInt8.self)))
        }
    }

    /// The string at `index`, with U+FFFD for what is not UTF-8.
    public subscript(index: Int) -> String {
        withBytes(at: index) { bytes in
            unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }
}
