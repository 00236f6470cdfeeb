import Foundation
import Kernels
import Testing

@testable import Whisper

/// Words out of sound, with the default model.
@Suite("Recognition", .serialized) struct RecognitionTests {
    struct Clip: Decodable {
        /// What the reference engine makes of it.
        var reference: String
        /// What is really said.
        var truth: String
    }

    private func recognise(_ samples: [Float]) throws -> Recognition {
        let recogniser = try SpeechRecogniser(SpeechModel.listener())
        recogniser.append(samples)
        return recogniser.finish()
    }

    private func noise(_ seconds: Double, _ amplitude: Float) -> [Float] {
        var random = SplitMix64(seed: 3)
        return (0..<Int(seconds * 16_000)).map { _ in Float.random(in: -amplitude...amplitude, using: &random) }
    }

    @Test("Spoken clips give the reference's words, or words no further from the truth")
    func clips() throws {
        let clips = try SpeechModel.fixture("spoken-clips", as: [String: Clip].self)
        let listener = try SpeechModel.listener()
        for (name, expected) in clips.sorted(by: { $0.key < $1.key }) {
            let recogniser = try SpeechRecogniser(listener)
            recogniser.append(try clip(name))
            let said = recogniser.finish()
            let (truth, found) = (words(expected.truth), words(said.text))
            let isEqual = found == words(expected.reference)
            #expect(
                isEqual || wordErrors(truth, found) <= wordErrors(truth, words(expected.reference)),
                "\(name): \(said.text)")
            #expect(said.segments.isEmpty == truth.isEmpty)
            #expect(said.segments.allSatisfy { $0.start < $0.end && $0.end <= said.audioDuration })
        }
    }

    @Test("Sentences of a speech synthesiser are understood")
    func synthesised() throws {
        let sentences = [
            "Open the window.", "My train leaves at half past seven from platform four.", "Thank you very much.",
            "The meeting has been moved to Thursday afternoon because two people are ill.",
            "Where did I leave my keys?",
        ]
        let listener = try SpeechModel.listener()
        var errors = 0
        for sentence in sentences {
            let recogniser = try SpeechRecogniser(listener)
            recogniser.append(try synthesise(sentence))
            errors += wordErrors(words(sentence), words(recogniser.finish().text))
        }
        // 36 words; numbers may come as digits.
        #expect(errors <= 6)
    }

    @Test("Three minutes of silence and sounds too short to hold a word give no words, at once")
    func silence() throws {
        for samples in [[], [0.5], noise(0.005, 0.5), Array(repeating: 0, count: 180 * 16_000), noise(0.05, 0.1)] {
            let said = try recognise(samples)
            #expect(said.segments.isEmpty && said.averageLogProbability == 0)
        }
    }

    @Test("A minute of noise gives no words")
    func noises() throws {
        #expect(try recognise(noise(60, 0.2)).text == "")
        #expect(try recognise(noise(20, 0.002)).text == "")
        let hum = (0..<320_000).map { Float(0.1 * sin(2 * Double.pi * 50 * Double($0) / 16_000)) }
        #expect(try recognise(zip(hum, noise(20, 0.005)).map(+)).text == "")
    }

    @Test("Silence around the words changes them not, nor does the volume")
    func surroundings() throws {
        let said = try clip("Front_Left.wav")
        let plain = words(try recognise(said).text)
        let silence = Array(repeating: Float(0), count: 40_000)
        #expect(words(try recognise(silence + said + silence).text) == plain)
        #expect(words(try recognise(said.map { $0 * 0.02 }).text) == plain)
        let late = try recognise(silence + said)
        #expect(try #require(late.segments.first).start > .seconds(2))
    }

    @Test("What is heard while it is said equals what is heard as a whole, and after a pause nothing is left to do")
    func streaming() throws {
        let listener = try SpeechModel.listener()
        let sound = try clip("Side_Left.wav") + noise(0.4, 0.0001) + clip("Front_Right.wav") + noise(0.5, 0.0001)
        let whole = try SpeechRecogniser(listener)
        whole.append(sound)
        let expected = whole.finish()

        let stream = try SpeechRecogniser(listener)
        var texts: [String] = []
        for start in stride(from: 0, to: sound.count, by: 1_600) {
            stream.append(Array(sound[start..<min(start + 1_600, sound.count)]))
            while let text = stream.advance() { texts.append(text) }
        }
        var asked = 0
        let said = stream.finish {
            asked += 1
            return false
        }
        #expect(said.text == expected.text && said.averageLogProbability == expected.averageLogProbability)
        #expect(asked == 0, "the decoder had work left")
        #expect(texts.last == said.text && texts.count >= 2)
    }

    @Test("A draft, right or wrong, changes no token")
    func drafts() throws {
        let (model, pool) = try SpeechModel.model()
        let mel = try MelStream(model.front, pool: pool)
        mel.append(try clip("Front_Center.wav"))
        mel.finish()
        let encoder = try SpeechEncoder(model.weights, pool: pool)
        let decoder = try SpeechDecoder(model.weights, pool: pool)
        let tail = try SilentTail(model.weights, encoder: encoder, pool: pool)
        let window = MelWindow(mel.values, evened: true)
        decoder.begin(try #require(encoder.encode(window, positions: 75, tail: tail)), tail: tail)
        for timestamps in [false, true] {
            let rules = DecodingRules(
                model.vocabulary, suppressed: model.configuration.suppressed,
                suppressedAtStart: model.configuration.suppressedAtStart, timestamps: timestamps)
            let decoding = TextDecoding(decoder: decoder, rules: rules, limit: 40, isCancelled: { false })
            let plain = decoding.run(temperature: 0, seed: 0)
            #expect(plain.tokens.count >= 3)
            let drafts = [
                plain.tokens, plain.tokens + plain.tokens, Array(plain.tokens.prefix(2)) + [13, 13], [13],
                Array(repeating: 262, count: 40),
            ]
            for draft in drafts {
                let drafted = decoding.run(temperature: 0, seed: 0, draft: draft)
                #expect(drafted.tokens == plain.tokens && drafted.logProbability == plain.logProbability)
                #expect(drafted.noSpeechProbability == plain.noSpeechProbability)
            }
        }
    }

    @Test("Sampling with a seed repeats itself")
    func seeds() throws {
        let (model, pool) = try SpeechModel.model()
        let encoder = try SpeechEncoder(model.weights, pool: pool)
        let decoder = try SpeechDecoder(model.weights, pool: pool)
        decoder.begin(try #require(encoder.encode(MelWindow(silence: -0.5), positions: 50, tail: nil)), tail: nil)
        let rules = DecodingRules(model.vocabulary, suppressed: [], suppressedAtStart: [], timestamps: false)
        let decoding = TextDecoding(decoder: decoder, rules: rules, limit: 8, isCancelled: { false })
        #expect(decoding.run(temperature: 1, seed: 5).tokens == decoding.run(temperature: 1, seed: 5).tokens)
        #expect(decoding.run(temperature: 1, seed: 5).tokens != decoding.run(temperature: 1, seed: 6).tokens)
    }

    @Test("A cancelled recording ends at once, and says so")
    func cancelled() throws {
        let recogniser = try SpeechRecogniser(SpeechModel.listener())
        recogniser.append(try clip("Rear_Center.wav"))
        #expect(recogniser.advance { .stop } == nil)
        let said = recogniser.finish { true }
        #expect(said.isCancelled && said.segments.isEmpty)
    }

    @Test("The encoder stops between two layers when it is told to")
    func cancelledEncoder() throws {
        let (model, pool) = try SpeechModel.model()
        let encoder = try SpeechEncoder(model.weights, pool: pool)
        var asked = 0
        let encoded = encoder.encode(MelWindow(silence: -0.5), positions: 50, tail: nil) {
            asked += 1
            return asked == 3
        }
        #expect(encoded == nil && asked == 3)
    }

    @Test("A doubtful sentence is one as long as both doubts are small; a doubtful word is none")
    func doubt() throws {
        let listener = try SpeechModel.listener()
        let window = WindowPlan.Window(frames: 0..<300, isClosed: true, isCutInSpeech: false)
        let context = WindowContext(speech: [10..<290])
        let isSpeech = { (count: Int, silence: Float, confidence: Float) in
            var text = DecodedText(tokens: Array(repeating: 3_504, count: count))
            text.noSpeechProbability = silence
            text.logProbability = confidence * Float(count + 1)
            return listener.isSpeech(text, window, context)
        }
        #expect(isSpeech(12, 0.67, -1.12) && isSpeech(12, 0, -2))
        #expect(!isSpeech(12, 0.55, -1.7) && !isSpeech(12, 0.75, -1.2))
        #expect(isSpeech(2, 0.5, -1) && !isSpeech(2, 0.67, -1.12))
    }

    @Test("The first half of a long window ends in the pause next to its middle")
    func halves() throws {
        let window = WindowPlan.Window(frames: 100..<2_900, isClosed: true, isCutInSpeech: false)
        let half = try #require(SpeechListener.firstHalf(of: window, [100..<700, 800..<1_450, 1_520..<2_880]))
        #expect(half.frames == 100..<1_450 + WindowPlan.after && half.isClosed && !half.isCutInSpeech)
        #expect(SpeechListener.firstHalf(of: window, [100..<2_880]) == nil)
        let short = WindowPlan.Window(frames: 0..<900, isClosed: true, isCutInSpeech: false)
        #expect(SpeechListener.firstHalf(of: short, [0..<400, 500..<900]) == nil)
    }
}
