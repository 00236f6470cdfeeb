import AssistantCore
import Foundation
import Microphone

/// The microphone: which there are, and two seconds of the one that would be used.
struct AudioCheck {
    let voice: BrimConfiguration.Voice

    func findings() async -> [Finding] {
        let devices = CaptureDevice.all()
        guard voice.isEnabled else { return [Finding("microphone", .ok, "Talking is switched off.")] }
        guard !devices.isEmpty || voice.device != nil else {
            return [
                Finding(
                    "microphone", .warning, "There is none on this machine.",
                    nextStep: "plug one in; without it, questions are typed")
            ]
        }
        if let obstacle = voice.obstacle { return [Finding("microphone", .warning, obstacle)] }
        let names = devices.map(\.id).joined(separator: ", ")
        return [Finding("devices", .ok, names.isEmpty ? "ALSA's own." : "\(names).")] + (await listen())
    }

    private static let seconds = 2.0
    private static let rateHz = 16_000.0

    private func listen() async -> [Finding] {
        let microphone = Microphone(device: voice.device)
        defer { microphone.close() }
        let recording = voice.source(microphone).startRecording()
        let limit = Task {
            // A cancelled sleep means that the sound came in time.
            guard (try? await Task.sleep(for: .seconds(2 * Self.seconds))) != nil else { return }
            recording.stop()
        }
        defer { limit.cancel() }
        var heard = TestRecording()
        for await event in recording.events {
            heard.take(event)
            if heard.interruption != nil || heard.samples >= Self.seconds * Self.rateHz { break }
        }
        recording.stop()
        return heard.findings(isNamed: voice.device != nil)
    }

    private struct TestRecording {
        var samples = 0.0
        var peak = SoundLevel.silenceDecibels
        var floor: Float?
        var isClipping = false
        var overruns = 0
        var interruption: String?

        mutating func take(_ event: AudioEvent) {
            switch event {
            case .sound(let sound, let level):
                samples += Double(sound.count)
                peak = max(peak, level.peakDecibels)
                floor = level.noiseFloorDecibels ?? floor
                isClipping = isClipping || level.isClipping
            case .overrun(let total): overruns = total
            case .interrupted(let why): interruption = why
            case .lost, .resumed: break
            }
        }

        /// - Parameter isNamed: whether the settings name the device: then it has to be there.
        func findings(isNamed: Bool) -> [Finding] {
            guard interruption == nil, samples > 0 else {
                return [
                    Finding(
                        "level", isNamed ? .failure : .warning, interruption ?? "No sound came.",
                        nextStep: "brim devices lists what there is, for voice.device; without one, questions are typed"
                    )
                ]
            }
            return [level, xruns]
        }

        private var level: Finding {
            let words =
                "loudest \(Int(peak)) dB, " + (floor.map { "the room \(Int($0)) dB" } ?? "the room unknown") + "."
            if isClipping {
                return Finding("level", .warning, "Cut off: \(words)", nextStep: "turn the microphone down")
            }
            if peak < -90 {
                return Finding("level", .warning, "Digital silence.", nextStep: "is it muted, or the wrong one?")
            }
            return Finding("level", .ok, "In two seconds: \(words)")
        }

        private var xruns: Finding {
            overruns == 0
                ? Finding("xruns", .ok, "None.")
                : Finding(
                    "xruns", .warning, "\(overruns) in two seconds.", nextStep: "close what keeps the machine busy")
        }
    }
}
