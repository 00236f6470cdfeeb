import Flite
import Foundation
import LocalInference
import Phonemes
import SpeechText

/// The voice that speaks, and how it came to be the one.
struct SpeakingVoice: Sendable {
    /// What makes its sound.
    enum Engine: String, Sendable, Encodable {
        /// A Piper voice on Brim's own kernels, with phonemes of espeak-ng.
        case vits
        /// Part of the program: plainer, and of English alone.
        case flite
    }

    let engine: Engine
    /// What it is called, for reports.
    let name: String
    /// Why it is not the better one, with the next step; `nil` where it is, or was asked for.
    let shortcoming: String?
    private let voice: any SpeechVoice

    var sampleRateHz: Int { voice.sampleRateHz }
    /// The language that it speaks, as espeak-ng names it.
    var language: String { voice.language }

    private init(_ voice: any SpeechVoice, _ engine: Engine, name: String, shortcoming: String? = nil) {
        (self.voice, self.engine, self.name, self.shortcoming) = (voice, engine, name, shortcoming)
    }

    /// A Piper voice, or flite's where there is nothing that makes phonemes.
    /// - Throws: one sentence where neither can speak its language.
    static func piper(_ path: String, threads: Int) async throws -> SpeakingVoice {
        let voice = try await LocalVoice.load(path: path, threads: threads)
        let phonemizer = try EspeakPhonemizer(voice: voice.espeakVoice)
        do {
            // Whether both speak is known before they are needed; and what is spoken first does not wait for memory that is
            // touched for the first time.
            let phonemes = try await phonemizer.phonemes(of: ["ready"])
            try await voice.speak(phonemes.joined()) { _ in false }
        } catch let error as PhonemizerError {
            guard voice.espeakVoice.split(separator: "-").first == "en" else {
                throw CommandFailure("\(error) (flite, which could speak without it, speaks English alone)")
            }
            return flite(since: error.description)
        }
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        return SpeakingVoice(PiperVoice(voice: voice, phonemizer: phonemizer), .vits, name: name)
    }

    /// The voice that is part of the program.
    /// - Parameter reason: why the better one does not speak, and what to do; `nil` where this one was asked for.
    static func flite(since reason: String? = nil) -> SpeakingVoice {
        let voice = FliteVoice()
        return SpeakingVoice(
            voice, .flite, name: voice.name, shortcoming: reason.map { "flite speaks, which is plainer: \($0)" })
    }

    /// Says one sentence, or the part of it that is there.
    /// - Parameter take: gets the next samples and says whether more are wanted.
    /// - Returns: whether it was said to its end.
    func say(_ clauses: [SpokenClause], take: @escaping @Sendable ([Float]) -> Bool) async throws -> Bool {
        try await voice.say(clauses, take: take)
    }

    /// Says sentences that are all there, one after the other.
    /// - Returns: how many were said to their end.
    func say(sentences: [[SpokenClause]], take: @escaping @Sendable ([Float]) -> Bool) async throws -> Int {
        try await voice.say(sentences: sentences, take: take)
    }
}

/// A Piper voice with what it needs to say text: clauses become phonemes, phonemes become sound.
private struct PiperVoice: SpeechVoice {
    let voice: LocalVoice
    let phonemizer: EspeakPhonemizer

    var sampleRateHz: Int { voice.sampleRateHz }
    var language: String { voice.espeakVoice }

    func say(_ clauses: [SpokenClause], take: @escaping @Sendable ([Float]) -> Bool) async throws -> Bool {
        try await voice.speak(try await phonemes(of: clauses), take: take)
    }

    /// While a sentence is said, espeak-ng works on the next one.
    func say(sentences: [[SpokenClause]], take: @escaping @Sendable ([Float]) -> Bool) async throws -> Int {
        guard let first = sentences.first else { return 0 }
        var current = try await phonemes(of: first)
        for (index, sentence) in sentences.dropFirst().enumerated() {
            async let next = phonemes(of: sentence)
            guard try await voice.speak(current, take: take) else { return index }
            current = try await next
        }
        return try await voice.speak(current, take: take) ? sentences.count : sentences.count - 1
    }

    private func phonemes(of clauses: [SpokenClause]) async throws -> String {
        let spoken = try await phonemizer.phonemes(of: clauses.map(\.text))
        var phonemes = ""
        for (clause, sounds) in zip(clauses, spoken) where !sounds.isEmpty {
            // Marks of espeak-ng where a word is of another language: (en).
            phonemes += sounds.replacing(/\([a-z-]*\)/, with: "")
            phonemes.append(clause.end.rawValue)
            if !clause.end.endsSentence { phonemes += " " }
        }
        return phonemes
    }
}
