import Foundation
import Kernels
import Testing

@testable import Whisper

/// Recordings longer than what the encoder takes at once.
@Suite("Long recordings", .serialized) struct LongRecordingTests {
    private static let sentences = [
        "The train to the coast was late again this morning.", "My sister keeps her old letters in a wooden box.",
        "They sold the farm and moved to the city.", "There was nobody at home when the parcel came.",
        "The museum is closed on the first day of the week.", "She put the keys on the table next to the lamp.",
    ]

    /// Clips joined with pauses: their sound, and the words of each.
    private func joined(seconds: Double, pause: Double, offset: Double) throws -> (sound: [Float], said: [[String]]) {
        let names = ["Front_Left", "Rear_Center", "Side_Right", "Front_Center", "Rear_Left"]
        var parts: [([Float], [String])] = []
        for (sentence, name) in zip(Self.sentences, names) {
            parts.append((try synthesise(sentence), words(sentence)))
            parts.append((try clip(name + ".wav"), words(name.replacing("_", with: " "))))
        }
        var random = SplitMix64(seed: 3)
        var sound: [Float] = []
        var said: [[String]] = []
        while Double(sound.count) < seconds * 16_000 {
            let (samples, text) = parts[said.count % parts.count]
            sound += samples
            said.append(text)
            let gap = pause + (said.count == 1 ? offset : 0)
            sound += (0..<Int(gap * 16_000)).map { _ in Float.random(in: -0.0002...0.0002, using: &random) }
        }
        return (sound, said)
    }

    @Test(
        "No sentence is lost at any pause, and few words are wrong", arguments: [(0, 0.4), (0.5, 0), (1, 0.9), (3, 0)])
    func sentences(pause: Double, offset: Double) throws {
        let (sound, said) = try joined(seconds: 70, pause: pause, offset: offset)
        let recogniser = try SpeechRecogniser(SpeechModel.listener())
        recogniser.append(sound)
        let heard = words(recogniser.finish().text)
        // espeak-ng's vowels are not everybody's: one word in eight may be taken for another.
        #expect(wordErrors(said.flatMap { $0 }, heard) <= said.joined().count / 8, "\(heard)")
        for sentence in said {
            let places = heard.indices.filter { heard.distance(from: $0, to: heard.endIndex) >= sentence.count }
            let best =
                places.map { wordErrors(sentence, Array(heard[$0..<$0 + sentence.count])) }.min() ?? sentence.count
            #expect(best < sentence.count, "\(sentence) is missing in \(heard)")
        }
    }

    @Test("A recording given piece by piece is heard as one given whole, and its sound is not kept")
    func pieces() throws {
        let (sound, _) = try joined(seconds: 70, pause: 0.6, offset: 0)
        let listener = try SpeechModel.listener()
        let (whole, piecewise) = (try SpeechRecogniser(listener), try SpeechRecogniser(listener))
        whole.append(sound)
        var progress: [Duration] = []
        for start in stride(from: 0, to: sound.count, by: 40_000) {
            piecewise.append(Array(sound[start..<min(start + 40_000, sound.count)]))
            piecewise.hearClosedWindows(progress: { progress.append(piecewise.doneDuration) })
        }
        #expect(progress.count >= 2 && progress == progress.sorted())
        let (expected, found) = (whole.finish(), piecewise.finish())
        #expect(words(found.text) == words(expected.text))
        #expect(found.segments.map(\.start) == found.segments.map(\.start).sorted())
    }

    @Test("Stopped in the midst of it, what was heard until then is kept")
    func stopped() throws {
        let (sound, said) = try joined(seconds: 50, pause: 0.6, offset: 0)
        let recogniser = try SpeechRecogniser(SpeechModel.listener())
        recogniser.append(sound)
        var windows = 0
        let found = recogniser.finish({ windows > 0 }) { windows += 1 }
        #expect(found.isCancelled && !found.segments.isEmpty)
        #expect(wordErrors(said[0], Array(words(found.text).prefix(said[0].count))) <= 3)
    }

    @Test("A language or a task that an English-only model does not know is refused by name")
    func refused() throws {
        let listener = try SpeechModel.listener()
        let german = #expect(throws: WhisperError.self) {
            try SpeechRecogniser(listener, options: RecognitionOptions(language: "de"))
        }
        #expect(german?.description.contains("does not know the language de") == true)
        #expect(german?.description.contains("whisper-tiny.en") == true)
        let translation = #expect(throws: WhisperError.self) {
            try SpeechRecogniser(listener, options: RecognitionOptions(translates: true))
        }
        #expect(translation?.code == .unsupported)
        let english = try SpeechRecogniser(listener, options: RecognitionOptions(language: "en"))
        english.append(try clip("Front_Left.wav"))
        let said = english.finish()
        #expect(said.language == nil && words(said.text) == ["front", "left"])
    }
}
