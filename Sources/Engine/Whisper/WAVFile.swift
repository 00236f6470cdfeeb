/// A WAV file taken apart: what its header says, where its sound lies, and samples on demand.
///
/// Reads RIFF and RF64 with linear PCM of 8 (unsigned), 16, 24 or 32 bits and IEEE floats of 32 or 64 bits, plain or
/// `WAVE_FORMAT_EXTENSIBLE`, any chunk order, any rate and channel count. Recorders that were killed and pipes leave
/// headers that lie about the length; whatever sound is there is given, and ``notes`` says what was odd.
public struct WAVFile: Sendable {
    /// How one sample is stored, little-endian.
    public enum SampleFormat: Sendable, Hashable {
        /// Linear PCM of `bytes` bytes: one byte is unsigned, more are signed.
        case integer(bytes: Int)
        /// IEEE 754 of 4 or 8 bytes.
        case float(bytes: Int)

        var byteCount: Int {
            switch self {
            case .integer(let bytes), .float(let bytes): bytes
            }
        }
    }

    /// Something odd that did not keep the sound from being read.
    public enum Note: Sendable, Hashable, CustomStringConvertible {
        /// The header announces more sound than there is.
        case truncated(announcedBytes: UInt64, presentBytes: Int)
        /// The header leaves the length open, as a pipe does; the sound reaches to the end.
        case openLength

        public var description: String {
            switch self {
            case .truncated(let announced, let present):
                "the header announces \(announced) bytes of sound, \(present) are there"
            case .openLength: "the header leaves the length open; read to the end"
            }
        }
    }

    public let sampleRateHz: Int
    public let channelCount: Int
    public let format: SampleFormat
    /// Samples per channel.
    public let frameCount: Int
    public let notes: [Note]

    private let bytes: [UInt8]
    private let dataStart: Int

    /// Reads the header.
    /// - Parameter bytes: the whole file.
    /// - Throws: ``WAVError`` where this is no WAV file, or one of a kind that is not read.
    public init(_ bytes: [UInt8]) throws(WAVError) {
        var scan = ChunkScan(bytes)
        try scan.run()
        guard let layout = scan.layout else { throw WAVError(.malformed, "it has no fmt chunk") }
        guard let data = scan.data else { throw WAVError(.malformed, "it has no data chunk") }
        (sampleRateHz, channelCount, format) = (layout.sampleRateHz, layout.channelCount, layout.format)
        frameCount = data.count / (layout.channelCount * layout.format.byteCount)
        notes = scan.notes
        dataStart = data.lowerBound
        self.bytes = bytes
    }

    /// Length of the sound.
    public var durationSeconds: Double { Double(frameCount) / Double(sampleRateHz) }

    /// Appends frames as mono: the mean of the channels, −1 … 1. A value beyond that is clipped, NaN becomes 0.
    /// - Parameter frames: must lie in `0..<frameCount`.
    public func appendMono(_ frames: Range<Int>, to output: inout [Float]) {
        precondition(frames.lowerBound >= 0 && frames.upperBound <= frameCount)
        output.reserveCapacity(output.count + frames.count)
        let width = format.byteCount
        let scale = 1 / Float(channelCount)
        var offset = dataStart + frames.lowerBound * width * channelCount
        for _ in frames {
            var sum: Float = 0
            for _ in 0..<channelCount {
                sum += sample(at: offset)
                offset += width
            }
            output.append(sum * scale)
        }
    }

    private func sample(at offset: Int) -> Float {
        switch format {
        case .integer(bytes: 1):
            return (Float(bytes[offset]) - 128) / 128
        case .integer(let width):
            // The bytes go to the top of a 32-bit word: the sign comes right, and one scale fits every width.
            var word: UInt32 = 0
            for index in 0..<width { word |= UInt32(bytes[offset + index]) << (8 * UInt32(4 - width + index)) }
            return Float(Int32(bitPattern: word)) / 2_147_483_648
        case .float(bytes: 4):
            return Self.bounded(Float(bitPattern: UInt32(truncatingIfNeeded: littleEndian(at: offset, bytes: 4))))
        case .float:
            return Self.bounded(Float(Double(bitPattern: littleEndian(at: offset, bytes: 8))))
        }
    }

    private func littleEndian(at offset: Int, bytes count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(bytes[offset + index]) << (8 * UInt64(index)) }
        return value
    }

    private static func bounded(_ value: Float) -> Float {
        value.isNaN ? 0 : min(1, max(-1, value))
    }
}

/// Walks through the chunks of a file, trusting no length.
private struct ChunkScan {
    struct Layout {
        var sampleRateHz: Int
        var channelCount: Int
        var format: WAVFile.SampleFormat
    }

    /// Channels beyond this are a broken header, not a recording.
    private static let mostChannels = 256

    let bytes: [UInt8]
    var layout: Layout?
    var data: Range<Int>?
    var notes: [WAVFile.Note] = []
    /// Length of the sound from an RF64 file's `ds64` chunk.
    private var wideDataLength: UInt64?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func run() throws(WAVError) {
        guard bytes.count >= 12 else {
            throw WAVError(.notWAV, bytes.isEmpty ? "it is empty" : "it is only \(bytes.count) bytes long")
        }
        let magic = tag(at: 0)
        if magic == "RIFX" { throw WAVError(.unsupported, "big-endian RIFX is not read") }
        guard magic == "RIFF" || magic == "RF64", tag(at: 8) == "WAVE" else {
            throw WAVError(.notWAV, "it does not begin with RIFF…WAVE")
        }
        var offset = 12
        while offset + 8 <= bytes.count, data == nil || layout == nil {
            let length = UInt64(word(at: offset + 4))
            let body = offset + 8
            let present = min(length, UInt64(bytes.count - body))
            switch tag(at: offset) {
            case "ds64" where present >= 16:
                wideDataLength = UInt64(word(at: body + 8)) | UInt64(word(at: body + 12)) << 32
            case "fmt " where layout == nil: layout = try readLayout(at: body, count: Int(present))
            case "data" where data == nil: takeData(at: body, announced: length)
            default: break
            }
            // Chunks are padded to an even length.
            offset = body + Int(present) + Int(present & 1)
        }
    }

    private mutating func takeData(at body: Int, announced: UInt64) {
        let rest = bytes.count - body
        var length = announced
        if let wide = wideDataLength, announced == 0xFFFF_FFFF { length = wide }
        if length == 0xFFFF_FFFF || length == 0 && rest > 0 && !isChunk(at: body) {
            if rest > 0 { notes.append(.openLength) }
            length = UInt64(rest)
        }
        if length > UInt64(rest) {
            notes.append(.truncated(announcedBytes: length, presentBytes: rest))
            length = UInt64(rest)
        }
        data = body..<body + Int(length)
    }

    /// Whether a chunk with a printable name begins here and fits: then a length of 0 before it was meant.
    private func isChunk(at offset: Int) -> Bool {
        guard offset + 8 <= bytes.count, bytes[offset..<offset + 4].allSatisfy({ 0x20..<0x7F ~= $0 }) else {
            return false
        }
        return UInt64(word(at: offset + 4)) <= UInt64(bytes.count - offset - 8)
    }

    private func readLayout(at body: Int, count: Int) throws(WAVError) -> Layout {
        guard count >= 16 else {
            throw WAVError(.malformed, "its fmt chunk is \(count) bytes long, at least 16 are needed")
        }
        var kind = half(at: body)
        let channels = half(at: body + 2)
        let rate = Int(word(at: body + 4))
        let blockAlign = half(at: body + 12)
        let bits = half(at: body + 14)
        if kind == 0xFFFE {
            guard count >= 40 else { throw WAVError(.malformed, "its extensible fmt chunk is too short") }
            kind = half(at: body + 24)
        }
        guard 1...Self.mostChannels ~= channels else { throw WAVError(.malformed, "it claims \(channels) channels") }
        guard rate > 0 else { throw WAVError(.malformed, "it claims a sample rate of 0 Hz") }
        // Some writers leave the block length out; samples of 12 bits, say, lie in two bytes.
        let bytesEach = blockAlign == 0 ? (bits + 7) / 8 : blockAlign / channels
        guard blockAlign == 0 || blockAlign == bytesEach * channels, bits <= bytesEach * 8, bits > 0 else {
            throw WAVError(.malformed, "\(bits) bits on \(channels) channels do not fit blocks of \(blockAlign) bytes")
        }
        switch (kind, bytesEach) {
        case (1, 1...4): return Layout(sampleRateHz: rate, channelCount: channels, format: .integer(bytes: bytesEach))
        case (3, 4), (3, 8): return Layout(sampleRateHz: rate, channelCount: channels, format: .float(bytes: bytesEach))
        case (1, _), (3, _): throw WAVError(.unsupported, "samples of \(bytesEach) bytes are not read")
        default: throw WAVError(.unsupported, "format tag \(kind) is not linear PCM or float")
        }
    }

    private func tag(at offset: Int) -> String { String(decoding: bytes[offset..<offset + 4], as: UTF8.self) }
    private func half(at offset: Int) -> Int { Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 }
    private func word(at offset: Int) -> UInt32 { UInt32(half(at: offset)) | UInt32(half(at: offset + 2)) << 16 }
}
