import AssistantCore
import Flite
import Foundation
import Kernels
import SpeechText
import Synchronization
import Testing
import Whisper

@testable import EchoCancellation

/// The real speexdsp, a real voice, a room that is computed, and the real speech model.
@Suite("The echo canceller", .serialized) struct EchoCancellerTests {
    private static let rate = 16_000

    /// What the machine says, at 16 kHz.
    private static func voice(_ text: String) async throws -> [Float] {
        let samples = Mutex<[Float]>([])
        _ = try await FliteVoice().say([SpokenClause(text, .stop)]) { more in
            samples.withLock { $0 += more }
            return true
        }
        return samples.withLock { $0 }
    }

    private static let said =
        "the history of the city begins with a castle that was built upon an old volcano above the river "

    /// What of it comes back: 60 ms late, once directly and from four walls, with 4 dB less.
    private static func echo(_ played: [Float], delay: Int = 960) -> [Float] {
        let walls: [(Int, Float)] = [(0, 0.5), (83, -0.25), (211, 0.18), (530, 0.1), (1_100, -0.06)]
        var heard = [Float](repeating: 0, count: played.count)
        for (late, gain) in walls {
            for index in (delay + late)..<played.count { heard[index] += gain * played[index - delay - late] }
        }
        return heard
    }

    /// Somebody says "front center" in the room.
    private static func person() throws -> [Float] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "/usr/share/sounds/alsa/Front_Center.wav")))
        let samples = stride(from: 44, to: bytes.count - 1, by: 2).map {
            Float(Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)) / 32_768
        }
        return Resampler.resampled(samples, from: 48_000)
    }

    /// Plays and hears at once, in pieces as devices give them.
    /// - Parameter late: seconds by which the microphone's clock is behind.
    private static func filtered(_ heard: [Float], _ played: [Float], late: Double = 0) throws -> [Float] {
        let sound = PlayedSound()
        let canceller = try #require(EchoCanceller(sound))
        let start = ContinuousClock.now + .seconds(1)
        var output: [Float] = []
        for piece in stride(from: 0, to: heard.count, by: 320) {
            // The device is given sound 100 ms before it is heard.
            if piece == 0 { sound.put(Array(played.prefix(1_600)), rateHz: rate, heardAt: start) }
            let ahead = piece + 1_600
            sound.put(
                Array(played[min(ahead, played.count)..<min(ahead + 320, played.count)]), rateHz: rate,
                heardAt: start + .seconds(Double(ahead) / Double(rate)))
            let moment = start + .seconds(Double(piece) / Double(rate) + late)
            output += canceller.filter(Array(heard[piece..<min(piece + 320, heard.count)]), heardAt: moment)
        }
        return output
    }

    private static func decibels(_ samples: some Collection<Float>) -> Float {
        10 * log10(samples.reduce(0) { $0 + $1 * $1 } / Float(max(1, samples.count)) + 1e-12)
    }

    @Test(
        "after two seconds of its own voice the microphone hears it at least 17 dB weaker, whichever way the clocks err",
        arguments: [-0.06, 0, 0.04])
    func attenuation(late: Double) async throws {
        let played = try await Self.voice(Self.said + Self.said)
        let heard = Self.echo(played)
        let output = try Self.filtered(heard, played, late: late)
        let settled = 2 * Self.rate..<output.count
        let gain = Self.decibels(heard[settled]) - Self.decibels(output[settled])
        print("echo return loss enhancement \(gain) dB, clock \(late) s late")
        #expect(gain > 17)
    }

    @Test("while nothing is played, sound goes through bit by bit and at once")
    func through() throws {
        let sound = PlayedSound()
        let canceller = try #require(EchoCanceller(sound))
        let person = try Self.person()
        let start = ContinuousClock.now + .seconds(5)
        for piece in stride(from: 0, to: person.count, by: 333) {
            let samples = Array(person[piece..<min(piece + 333, person.count)])
            #expect(canceller.filter(samples, heardAt: start + .seconds(Double(piece) / 16_000)) == samples)
        }
    }

    @Test("as many samples come out as went in, when it falls silent")
    func count() async throws {
        let played = try await Self.voice("a short answer")
        let heard = Self.echo(played) + [Float](repeating: 0.001, count: 3 * Self.rate)
        #expect(try Self.filtered(heard, played).count == heard.count)
    }

    @Test("a person who speaks while the machine does is heard, and the machine's words are not")
    func words() async throws {
        let played = try await Self.voice(Self.said + Self.said)
        var heard = Self.echo(played)
        let person = try Self.person()
        let at = 5 * Self.rate
        #expect(played.count > at + person.count)
        for (index, sample) in person.enumerated() { heard[at + index] += sample }
        let output = try Self.filtered(heard, played)
        // From the moment of a key that was pressed as the person began, with what belongs to a recording before it.
        let cut = at - 4_800..<at + person.count
        let plain = try Self.heard(Array(heard[cut]))
        let clean = try Self.heard(Array(output[cut]))
        print("without: \(plain); with: \(clean)")
        #expect(clean.contains("front") && clean.contains("center"))
        let own = Set(Self.said.split(separator: " ").map(String.init)).subtracting(["the", "a", "of"])
        #expect(own.isDisjoint(with: clean), "\(clean)")
        #expect(plain != clean)
    }

    @Test("before the key: of the 300 ms that belong to a recording, none is the machine's")
    func preRoll() async throws {
        let played = try await Self.voice(Self.said + Self.said)
        let person = try Self.person()
        // It is silenced as the key is pressed, and the person begins 200 ms later.
        let key = 5 * Self.rate
        let stopped = Array(played[..<key]) + [Float](repeating: 0, count: person.count + 3_200)
        var heard = Self.echo(stopped)
        for (index, sample) in person.enumerated() { heard[key + 3_200 + index] += sample }
        let output = try Self.filtered(heard, stopped)
        let before = Self.decibels(heard[key - 4_800..<key]) - Self.decibels(output[key - 4_800..<key])
        #expect(before > 17, "\(before) dB")
        let clean = try Self.heard(Array(output[(key - 4_800)...]))
        #expect(clean == ["front", "center"], "\(clean)")
    }

    private static let loaded = Result { () throws -> (WhisperModel, WorkerPool) in
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let path = folder.path + "/models/whisper-tiny.en"
            guard FileManager.default.fileExists(atPath: path + "/model.bin") else { continue }
            let pool = try WorkerPool(threads: 2)
            return (try WhisperModel(directory: path, pool: pool), pool)
        }
        throw CocoaError(.fileNoSuchFile)
    }

    private static func heard(_ samples: [Float]) throws -> [String] {
        let (model, pool) = try loaded.get()
        let recogniser = try SpeechRecogniser(SpeechListener(model, pool: pool))
        recogniser.append(samples)
        return recogniser.finish().text.lowercased().split { !$0.isLetter }.map(String.init)
    }
}
