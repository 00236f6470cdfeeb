import LocalInference
import Phonemes
import SpeechText

/// A voice with what it needs to say text: clauses become phonemes, phonemes become sound.
struct SpeakingVoice: Sendable {
    let voice: LocalVoice
    let phonemizer: EspeakPhonemizer
    /// What it is called, for reports.
    let name: String

    var sampleRateHz: Int { voice.sampleRateHz }
    /// The language that it speaks, as espeak-ng names it.
    var language: String { voice.espeakVoice }

    /// Says one sentence, or the part of it that is there.
    /// - Parameter take: gets the next samples and says whether more are wanted.
    /// - Returns: whether it was said to its end.
    func say(_ clauses: [SpokenClause], take: @escaping @Sendable ([Float]) -> Bool) async throws -> Bool {
        let spoken = try await phonemizer.phonemes(of: clauses.map(\.text))
        var phonemes = ""
        for (clause, sounds) in zip(clauses, spoken) where !sounds.isEmpty {
            // Marks of espeak-ng where a word is of another language: (en).
            phonemes += sounds.replacing(/\([a-z-]*\)/, with: "")
            phonemes.append(clause.end.rawValue)
            if !clause.end.endsSentence { phonemes += " " }
        }
        return try await voice.speak(phonemes, take: take)
    }
}
