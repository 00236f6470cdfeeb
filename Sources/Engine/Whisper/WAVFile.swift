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

        /// What was noted, as a sentence.
        public var description: String {
            switch self {
            case .truncated(let announced, let present):
                "the header announces \(announced) bytes of sound, \(present) are there"
            case .openLength: "the header leaves the length open; read to the end"
            }
        }
    }

    /// Frames of a second.
    public let sampleRateHz: Int
    /// Samples of a frame.
    public let channelCount: Int
    /// How a sample is written.
    public let format: SampleFormat
    /// Samples per channel.
    public let frameCount: Int
    /// What is odd about the file, but can be read.
    public let notes: [Note]

    private let bytes: SoundBytes
    private let dataStart: Int

    /// Reads the header.
    /// - Parameter bytes: the whole file.
    /// - Throws: ``WAVError`` where this is no WAV file, or one of a kind that is not read.
    public init(_ bytes: [UInt8]) throws(WAVError) { try self.init(SoundBytes(bytes)) }

    /// Reads the header of a regular file; its sound is read when it is asked for, and never stands in memory as a whole.
    public init(path: String) throws(WAVError) { try self.init(SoundBytes(path: path)) }

    private init(_ bytes: SoundBytes) throws(WAVError) {
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
    /// - Throws: ``WAVError`` where the file can no longer be read.
    public func appendMono(_ frames: Range<Int>, to output: inout [Float]) throws(WAVError) {
        precondition(frames.lowerBound >= 0 && frames.upperBound <= frameCount)
        output.reserveCapacity(output.count + frames.count)
        let width = format.byteCount
        let scale = 1 / Float(channelCount)
        let first = dataStart + frames.lowerBound * width * channelCount
        let block = try bytes.bytes(first..<first + frames.count * width * channelCount)
        var offset = 0
        for _ in frames {
            var sum: Float = 0
            for _ in 0..<channelCount {
                sum += sample(block, at: offset)
                offset += width
            }
            output.append(sum * scale)
        }
    }

    private func sample(_ bytes: [UInt8], at offset: Int) -> Float {
        switch format {
        case .integer(bytes: 1):
            return (Float(bytes[offset]) - 128) / 128
        case .integer(let width):
            // The bytes go to the top of a 32-bit word: the sign comes right, and one scale fits every width.
            var word: UInt32 = 0
            for index in 0..<width { word |= UInt32(bytes[offset + index]) << (8 * UInt32(4 - width + index)) }
            return Float(Int32(bitPattern: word)) / 2_147_483_648
        case .float(let width):
            var value: UInt64 = 0
            for index in 0..<width { value |= UInt64(bytes[offset + index]) << (8 * UInt64(index)) }
            guard width == 8 else { return Self.bounded(Float(bitPattern: UInt32(truncatingIfNeeded: value))) }
            return Self.bounded(Float(Double(bitPattern: value)))
        }
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

    private let bytes: SoundBytes
    var layout: Layout?
    var data: Range<Int>?
    var notes: [WAVFile.Note] = []
    /// Length of the sound from an RF64 file's `ds64` chunk.
    private var wideDataLength: UInt64?

    init(_ bytes: SoundBytes) { self.bytes = bytes }

    mutating func run() throws(WAVError) {
        guard bytes.count >= 12 else {
            throw WAVError(.notWAV, bytes.count == 0 ? "it is empty" : "it is only \(bytes.count) bytes long")
        }
        let start = Fields(try bytes.bytes(0..<12))
        let magic = start.tag(at: 0)
        if magic == "RIFX" { throw WAVError(.unsupported, "big-endian RIFX is not read") }
        guard magic == "RIFF" || magic == "RF64", start.tag(at: 8) == "WAVE" else {
            throw WAVError(.notWAV, Self.kind(of: start) ?? "it does not begin with RIFF…WAVE")
        }
        var offset = 12
        while offset + 8 <= bytes.count, data == nil || layout == nil {
            let head = Fields(try bytes.bytes(offset..<offset + 8))
            let length = UInt64(head.word(at: 4))
            let body = offset + 8
            let present = min(length, UInt64(bytes.count - body))
            switch head.tag(at: 0) {
            case "ds64" where present >= 16:
                let sizes = Fields(try bytes.bytes(body..<body + 16))
                wideDataLength = UInt64(sizes.word(at: 8)) | UInt64(sizes.word(at: 12)) << 32
            case "fmt " where layout == nil:
                layout = try readLayout(Fields(try bytes.bytes(body..<body + min(40, Int(present)))))
            case "data" where data == nil: try takeData(at: body, announced: length)
            default: break
            }
            // Chunks are padded to an even length.
            offset = body + Int(present) + Int(present & 1)
        }
    }

    /// What another kind of file is, as far as its first bytes tell, and what to do with it.
    private static func kind(of start: Fields) -> String? {
        let isMP3 = start.half(at: 0) & 0xE0FF == 0xE0FF || start.tag(at: 0).hasPrefix("ID3")
        let names = [
            "fLaC": "FLAC", "OggS": "Ogg (Opus or Vorbis)", "FORM": "AIFF", "caff": "Core Audio", "#!AM": "AMR",
            ".snd": "Sun audio", "\u{1A}E\u{FFFD}\u{FFFD}": "Matroska or WebM",
        ]
        let name = start.tag(at: 4) == "ftyp" ? "MPEG-4 audio" : names[start.tag(at: 0)] ?? (isMP3 ? "MP3" : nil)
        return name.map { "it is \($0); convert it: ffmpeg -i FILE -ac 1 -ar 16000 speech.wav" }
    }

    private mutating func takeData(at body: Int, announced: UInt64) throws(WAVError) {
        let rest = bytes.count - body
        var length = announced
        if let wide = wideDataLength, announced == 0xFFFF_FFFF { length = wide }
        let isMeant = try isChunk(at: body)
        if length == 0xFFFF_FFFF || length == 0 && rest > 0 && !isMeant {
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
    private func isChunk(at offset: Int) throws(WAVError) -> Bool {
        guard offset + 8 <= bytes.count else { return false }
        let head = Fields(try bytes.bytes(offset..<offset + 8))
        guard head.bytes[..<4].allSatisfy({ 0x20..<0x7F ~= $0 }) else { return false }
        return UInt64(head.word(at: 4)) <= UInt64(bytes.count - offset - 8)
    }

    private func readLayout(_ fields: Fields) throws(WAVError) -> Layout {
        let count = fields.bytes.count
        guard count >= 16 else {
            throw WAVError(.malformed, "its fmt chunk is \(count) bytes long, at least 16 are needed")
        }
        var kind = fields.half(at: 0)
        let channels = fields.half(at: 2)
        let rate = Int(fields.word(at: 4))
        let blockAlign = fields.half(at: 12)
        let bits = fields.half(at: 14)
        if kind == 0xFFFE {
            guard count >= 40 else { throw WAVError(.malformed, "its extensible fmt chunk is too short") }
            kind = fields.half(at: 24)
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
}

/// Little-endian fields of a header.
private struct Fields {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func tag(at offset: Int) -> String { String(decoding: bytes[offset..<offset + 4], as: UTF8.self) }
    func half(at offset: Int) -> Int { Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 }
    func word(at offset: Int) -> UInt32 { UInt32(half(at: offset)) | UInt32(half(at: offset + 2)) << 16 }
}
