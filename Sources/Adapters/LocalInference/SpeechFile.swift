internal import AssistantCore
internal import Foundation
internal import Whisper

/// The sound of a WAV file as the transcriber takes it.
public struct SpeechFile: Sendable {
    /// 16 kHz mono, −1 … 1.
    public let samples: [Float]
    /// What was odd about the file, one readable line each; it was read all the same.
    public let notes: [String]

    /// Most bytes that are read: about three hours of 48 kHz stereo.
    private static let byteLimit = 2 << 30
    /// Frames that are converted at a time.
    private static let framesAtOnce = 1 << 16

    /// Reads a WAV file of any PCM kind, rate and channel count. Blocks for as long as that takes.
    /// - Parameter path: of the file; `-` reads standard input to its end.
    /// - Throws: ``LocalInferenceError`` with the code `unusableAudio` where there is no sound to be had.
    public init(path: String) throws {
        let name = path == "-" ? "standard input" : path
        do {
            let handle =
                path == "-" ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            try self.init(Self.bytes(of: handle))
        } catch let error as WAVError {
            throw LocalInferenceError(.unusableAudio, "\(name): \(error)")
        } catch let error as LocalInferenceError {
            throw LocalInferenceError(.unusableAudio, "\(name): \(error)")
        } catch {
            throw LocalInferenceError(.unusableAudio, "\(name) cannot be read: \(error.localizedDescription)")
        }
    }

    /// Converts the bytes of a WAV file.
    init(_ bytes: [UInt8]) throws {
        let file = try WAVFile(bytes)
        guard Resampler.supportedRatesHz ~= file.sampleRateHz else {
            throw LocalInferenceError(
                .unusableAudio, "\(file.sampleRateHz) Hz is outside \(Resampler.supportedRatesHz) Hz")
        }
        var resampler = Resampler(from: file.sampleRateHz)
        var samples: [Float] = []
        var mono: [Float] = []
        for start in stride(from: 0, to: file.frameCount, by: Self.framesAtOnce) {
            mono.removeAll(keepingCapacity: true)
            file.appendMono(start..<min(start + Self.framesAtOnce, file.frameCount), to: &mono)
            resampler.resample(mono, into: &samples)
        }
        resampler.finish(into: &samples)
        self.samples = samples
        notes = file.notes.map(\.description)
    }

    private static func bytes(of handle: FileHandle) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
            guard bytes.count + chunk.count <= byteLimit else {
                throw LocalInferenceError(.unusableAudio, "it is larger than \(byteLimit >> 30) GB; cut it into pieces")
            }
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }
}

extension LocalInferenceError.Code {
    /// A sound file that cannot be read.
    public static let unusableAudio = Self(name: "unusableAudio")
}
