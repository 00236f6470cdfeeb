internal import Foundation

/// What the `.onnx.json` beside a Piper voice says: its rate, its language for espeak-ng, and the numbers of its phonemes.
struct PiperConfiguration: Sendable {
    let sampleRateHz: Int
    /// The voice of espeak-ng whose phonemes it was trained with.
    let espeakVoice: String
    let noise: Float
    let lengthScale: Float
    let durationNoise: Float
    private let symbols: [Unicode.Scalar: [Int]]
    private let start: [Int]
    private let gap: [Int]
    private let end: [Int]

    private struct Document: Decodable {
        struct Audio: Decodable {
            var sampleRate: Int
        }
        struct Espeak: Decodable {
            var voice: String
        }
        struct Inference: Decodable {
            var noiseScale: Float?
            var lengthScale: Float?
            var noiseW: Float?
        }
        var audio: Audio
        var espeak: Espeak
        var inference: Inference?
        var phonemeType: String?
        var phonemeIdMap: [String: [Int]]
        var numSpeakers: Int?
    }

    private static let fileLimit = 1 << 20

    /// - Throws: ``LocalInferenceError`` where the file cannot be read, or is of a voice that is not run here.
    init(path: String, symbolCount: Int) throws(LocalInferenceError) {
        func refuse(_ reason: String) -> LocalInferenceError {
            LocalInferenceError(.unusableModel, "\(path) \(reason)")
        }
        guard let handle = FileHandle(forReadingAtPath: path),
            let bytes = try? handle.read(upToCount: Self.fileLimit + 1), bytes.count <= Self.fileLimit
        else { throw refuse("is missing, or is no file that can be read; it belongs beside the voice") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        // Names of phonemes are no keys to be converted: they are read as they stand.
        guard let document = try? decoder.decode(Document.self, from: bytes),
            let map = (try? JSONDecoder().decode(SymbolMap.self, from: bytes))?.symbols
        else { throw refuse("is not the description of a Piper voice") }
        guard document.phonemeType ?? "espeak" == "espeak" else {
            throw refuse("wants another kind of phonemes than espeak-ng's; choose another voice")
        }
        guard document.numSpeakers ?? 1 <= 1 else { throw refuse("has several speakers; choose a voice with one") }
        guard 8_000...48_000 ~= document.audio.sampleRate else { throw refuse("has a rate that is not heard of") }
        var symbols: [Unicode.Scalar: [Int]] = [:]
        for (name, numbers) in map {
            guard numbers.count <= 8, numbers.allSatisfy({ 0..<symbolCount ~= $0 }) else {
                throw refuse("names a phoneme that the voice does not have")
            }
            if name.unicodeScalars.count == 1, let scalar = name.unicodeScalars.first { symbols[scalar] = numbers }
        }
        guard let start = symbols["^"], let gap = symbols["_"], let end = symbols["$"] else {
            throw refuse("has no phonemes for the start, the end and what is between")
        }
        let sensible = { (value: Float?, usual: Float, range: ClosedRange<Float>) -> Float in
            value.map { range.contains($0) ? $0 : usual } ?? usual
        }
        sampleRateHz = document.audio.sampleRate
        espeakVoice = document.espeak.voice
        noise = sensible(document.inference?.noiseScale, 0.667, 0...2)
        lengthScale = sensible(document.inference?.lengthScale, 1, 0.25...4)
        durationNoise = sensible(document.inference?.noiseW, 0.8, 0...2)
        self.symbols = symbols
        (self.start, self.gap, self.end) = (start, gap, end)
    }

    private struct SymbolMap: Decodable {
        var symbols: [String: [Int]]

        private enum CodingKeys: String, CodingKey {
            case symbols = "phoneme_id_map"
        }
    }

    /// Numbers of phonemes; those that the voice does not know are left out. Empty where none is left.
    func numbers(of phonemes: String) -> [Int] {
        var numbers = start + gap
        let empty = numbers.count
        for scalar in phonemes.unicodeScalars {
            for part in Self.decomposed[scalar] ?? [scalar] {
                if let known = symbols[part] { numbers += known + gap }
            }
        }
        return numbers.count == empty ? [] : numbers + end
    }

    /// Letters of the phonetic alphabet that Piper's training took apart into letter and accent.
    private static let decomposed: [Unicode.Scalar: [Unicode.Scalar]] = [
        "ç": ["c", "\u{327}"], "ã": ["a", "\u{303}"], "ẽ": ["e", "\u{303}"], "ĩ": ["i", "\u{303}"],
        "õ": ["o", "\u{303}"], "ũ": ["u", "\u{303}"], "ỹ": ["y", "\u{303}"],
    ]
}
