internal import AssistantCore
internal import Whisper

/// The sound of a WAV file as the transcriber takes it.
package struct SpeechFile: Sendable {
    /// What was odd about the file, one readable line each; it was read all the same.
    package let notes: [String]
    private let wave: WAVFile

    /// Most bytes of a pipe that are worth reading: about three hours of 48 kHz stereo.
    package static let byteLimit = 2 << 30
    /// Of slower ones nothing of speech is left, and at 16 kHz they are many times as large as the file.
    private static let leastRateHz = 4_000
    /// Longest sound.
    private static let longestSeconds = 4.0 * 3_600
    /// Frames that are converted at a time.
    private static let framesAtOnce = 1 << 16

    /// Reads the bytes of a WAV file of any PCM kind, rate and channel count. Blocks for as long as that takes.
    /// - Parameter name: of the file, for messages.
    /// - Throws: ``LocalInferenceError`` with the code `unusableAudio` where there is no sound to be had.
    package init(_ bytes: [UInt8], name: String) throws {
        try self.init(name: name) { () throws(WAVError) in try WAVFile(bytes) }
    }

    /// Opens a regular file, of which little is in memory at a time.
    /// - Parameter source: the file that this one was decoded from, for messages; what is odd about its header is not
    ///   the source's.
    /// - Throws: as ``init(_:name:)``.
    package init(path: String, decodedFrom source: String? = nil) throws {
        try self.init(name: source ?? path, isDecoded: source != nil) { () throws(WAVError) in
            try WAVFile(path: path)
        }
    }

    private init(name: String, isDecoded: Bool = false, _ open: () throws(WAVError) -> WAVFile) throws {
        do {
            try self.init(try open(), isDecoded: isDecoded)
        } catch {
            throw LocalInferenceError(.unusableAudio, "\(name): \(error)", underlying: error)
        }
    }

    /// Converts the bytes of a WAV file.
    init(_ bytes: [UInt8]) throws { try self.init(WAVFile(bytes)) }

    private init(_ file: WAVFile, isDecoded: Bool = false) throws {
        let rates = Self.leastRateHz...Resampler.supportedRatesHz.upperBound
        guard rates ~= file.sampleRateHz else {
            throw LocalInferenceError(.unusableAudio, "\(file.sampleRateHz) Hz is outside \(rates) Hz")
        }
        guard file.durationSeconds <= Self.longestSeconds else {
            let hours = Int(Self.longestSeconds / 3_600)
            throw LocalInferenceError(.unusableAudio, "it is longer than \(hours) hours; cut it into pieces")
        }
        wave = file
        notes = isDecoded ? [] : file.notes.map(\.description)
    }

    /// Length of the sound.
    package var duration: Duration { .seconds(wave.durationSeconds) }

    /// All of the sound: 16 kHz mono, −1 … 1; 64 kB a second.
    package func samples() throws -> [Float] {
        var samples: [Float] = []
        try forEachPiece {
            samples += $0
            return true
        }
        return samples
    }

    /// Gives the sound piece by piece, some seconds each: 16 kHz mono, −1 … 1.
    /// - Parameter body: says whether it wants more.
    /// - Throws: ``LocalInferenceError`` where the file can no longer be read.
    func forEachPiece(_ body: ([Float]) -> Bool) throws {
        var resampler = Resampler(from: wave.sampleRateHz)
        var mono: [Float] = []
        var piece: [Float] = []
        for start in stride(from: 0, to: wave.frameCount, by: Self.framesAtOnce) {
            mono.removeAll(keepingCapacity: true)
            piece.removeAll(keepingCapacity: true)
            do {
                try wave.appendMono(start..<min(start + Self.framesAtOnce, wave.frameCount), to: &mono)
            } catch {
                throw LocalInferenceError(.unusableAudio, error.description, underlying: error)
            }
            resampler.resample(mono, into: &piece)
            guard body(piece) else { return }
        }
        piece.removeAll(keepingCapacity: true)
        resampler.finish(into: &piece)
        _ = body(piece)
    }
}

extension LocalInferenceError.Code {
    /// A sound file that cannot be read.
    package static let unusableAudio = Self(name: "unusableAudio")
}
