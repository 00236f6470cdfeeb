import AssistantCore
import Foundation
import Synchronization
import Testing

@testable import EchoCancellation
@testable import Microphone

/// A microphone beside a loudspeaker of the same program, in the time that sound takes: the device is a script.
@Suite("A microphone beside the loudspeaker") struct EchoTests {
    /// Hears 60 ms later, at half its level, what it plays itself.
    private final class Room: PCMInput {
        private struct State {
            var chance = UInt64(20_261_130)
            var sound: [Float] = []
            var blocks = 0
            var start = ContinuousClock.now
        }

        private let state = Mutex(State())
        private let played: PlayedSound
        private static let block = 320
        private static let delay = 960
        /// The device is given sound 100 ms before it is heard.
        private static let ahead = 1_600

        init(_ played: PlayedSound) { self.played = played }

        func open() throws(MicrophoneError) -> SoundShape {
            state.withLock { $0.start = .now }
            return SoundShape(device: "room", format: .s16, rateHz: 16_000, channels: 1)
        }

        func read(into bytes: inout [UInt8]) -> PCMRead {
            let due = state.withLock { $0.start + .milliseconds(20) * ($0.blocks + 1) }
            Thread.sleep(forTimeInterval: max(0, (due - .now) / .seconds(1)))
            bytes = state.withLock { state in
                let first = state.blocks * Self.block
                let wanted = first + Self.block + Self.ahead
                let given = state.sound.count
                while state.sound.count < wanted {
                    state.chance = state.chance &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    state.sound.append(Float(state.chance >> 40) / Float(1 << 24) * 0.5 - 0.25)
                }
                played.put(
                    Array(state.sound[given...]), rateHz: 16_000,
                    heardAt: state.start + .seconds(Double(given) / 16_000))
                state.blocks += 1
                return (first..<first + Self.block).flatMap { place -> [UInt8] in
                    let echo = place >= Self.delay ? 0.5 * state.sound[place - Self.delay] : 0
                    let value = UInt16(bitPattern: Int16(echo * 32_767))
                    return [UInt8(value & 0xFF), UInt8(value >> 8)]
                }
            }
            return .sound
        }

        func close() {}
    }

    /// Level of the fourth second that is recorded, in dBFS.
    private func level(without played: PlayedSound?, _ room: Room) async -> Float {
        let microphone = Microphone(room, without: played)
        let recording = microphone.startRecording()
        var sound: [Float] = []
        for await case .sound(let samples, _) in recording.events {
            sound += samples
            if sound.count > 64_000 { break }
        }
        microphone.close()
        let last = sound.suffix(16_000)
        return 10 * log10(last.reduce(0) { $0 + $1 * $1 } / Float(last.count) + 1e-12)
    }

    @Test("what the loudspeaker plays is at least 12 dB weaker in a recording")
    func recording() async {
        let played = PlayedSound()
        async let clean = level(without: played, Room(played))
        async let plain = level(without: nil, Room(PlayedSound()))
        let (with, without) = await (clean, plain)
        print("echo: \(without) dB, then \(with) dB")
        #expect(without > -25 && without - with > 12, "\(without) dB, then \(with) dB")
    }
}
