/// A position in a file's header that moves forward and never past the end.
struct HeaderReader {
    let image: FileImage
    private(set) var offset = 0

    init(_ image: FileImage, from offset: Int = 0) {
        self.image = image
        self.offset = offset
    }

    var remaining: Int { image.count - offset }

    /// Reads a little-endian integer; `what` names it for the error.
    mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type, _ what: @autoclosure () -> String
    ) throws(GGUFError) -> T {
        let start = offset
        try skip(MemoryLayout<T>.size, what())
        return image.load(type, at: start)
    }

    /// Reads a count that the file claims and that at least `bytesEach` bytes for each must follow.
    mutating func count(
        of what: @autoclosure () -> String, atMost limit: Int, bytesEach: Int
    ) throws(GGUFError) -> Int {
        let claimed = try integer(UInt64.self, what())
        guard claimed <= UInt64(remaining / bytesEach) else {
            throw truncated("\(claimed) \(what()) are announced at byte \(offset - 8)")
        }
        guard claimed <= UInt64(limit) else {
            throw malformed("\(claimed) \(what()) are announced; at most \(limit) are accepted")
        }
        return Int(claimed)
    }

    /// Reads a length and passes over that many bytes, whose range it returns.
    mutating func bytes(_ what: @autoclosure () -> String, atMost limit: Int) throws(GGUFError) -> Range<Int> {
        let length = try integer(UInt64.self, what())
        guard length <= UInt64(remaining) else { throw truncated("\(what()) runs past the end") }
        guard length <= UInt64(limit) else {
            throw malformed("\(what()) is \(length) bytes long; at most \(limit) are accepted")
        }
        let start = offset
        offset += Int(length)
        return start..<offset
    }

    /// Passes over `count` strings, and calls `body` with where each ends.
    mutating func strings(
        _ count: Int, _ what: @autoclosure () -> String, atMost limit: Int, _ body: (Int) -> Void = { _ in }
    ) throws(GGUFError) {
        let passed: Int
        (passed, offset) = image.passStrings(count, from: offset, atMost: limit, body)
        // The one that could not be passed says why.
        if passed < count { _ = try bytes(what(), atMost: limit) }
    }

    /// Reads a length and as much UTF-8.
    mutating func text(_ what: @autoclosure () -> String, atMost limit: Int) throws(GGUFError) -> String {
        let range = try bytes(what(), atMost: limit)
        guard let text = image.text(in: range) else { throw malformed("\(what()) is not UTF-8") }
        return text
    }

    /// Passes over `count` ≥ 0 bytes.
    mutating func skip(_ count: Int, _ what: @autoclosure () -> String) throws(GGUFError) {
        guard count <= remaining else { throw truncated("\(what()) runs past the end") }
        offset += count
    }

    func malformed(_ reason: String) -> GGUFError {
        GGUFError(.malformed, path: image.path, "\(reason); the file is damaged: fetch it again")
    }

    private func truncated(_ reason: String) -> GGUFError {
        GGUFError(
            .truncated, path: image.path,
            "\(reason), but the file has \(image.count) bytes; it is cut short or damaged: fetch it again")
    }
}
