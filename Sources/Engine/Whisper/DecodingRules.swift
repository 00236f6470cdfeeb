internal import Kernels

/// Which tokens may come next, as OpenAI's decoder has it (`whisper/decoding.py`: SuppressBlank, SuppressTokens,
/// ApplyTimestampRules). Pure.
struct DecodingRules: Sendable {
    typealias Token = WhisperVocabulary.Token

    let vocabulary: WhisperVocabulary
    /// Whether segments are marked by timestamps; without, no timestamp may come.
    let timestamps: Bool
    /// Never allowed: marks that are not spoken, and special tokens.
    private let suppressed: [Int]
    /// Not allowed as the first token: a blank, or nothing at all.
    private let suppressedAtStart: [Int]
    /// The first segment begins within its first second.
    private static let latestStart: Token = 50
    /// What the decoder is asked with.
    let prompt: [Token]

    /// - Parameters:
    ///   - language: of the speech, a token of the vocabulary's languages; `nil` for an English-only model.
    ///   - translates: write English, whatever is spoken.
    init(
        _ vocabulary: WhisperVocabulary, suppressed: [Int], suppressedAtStart: [Int], timestamps: Bool,
        language: Token? = nil, translates: Bool = false
    ) {
        let marks = timestamps ? [] : [vocabulary.noTimestamps]
        prompt = vocabulary.prompt(language: language, translates: translates) + marks
        let isToken = { (id: Int) in 0..<vocabulary.count ~= id }
        let special = Int(vocabulary.startOfTranscript)..<Int(vocabulary.firstTimestamp)
        self.vocabulary = vocabulary
        self.timestamps = timestamps
        self.suppressed = Array(Set(suppressed.filter(isToken)).union(special)).sorted()
        self.suppressedAtStart = suppressedAtStart.filter(isToken)
    }

    /// Sets to −∞ the logits of tokens that may not follow `tokens` (what came after the prompt).
    /// - Parameter logits: one row of the vocabulary's size.
    func apply(to logits: FloatRows, after tokens: [Token]) {
        let first = Int(vocabulary.firstTimestamp)
        logits.withMutableRow(0) { row in
            for id in suppressed { row[id] = -.infinity }
            if tokens.isEmpty {
                for id in suppressedAtStart { row[id] = -.infinity }
            }
        }
        guard timestamps else {
            forbid(first..<logits.width, logits)
            return
        }
        if tokens.isEmpty {
            forbid(0..<first, logits)
            forbid(min(first + Int(Self.latestStart) + 1, logits.width)..<logits.width, logits)
            return
        }
        orderTimestamps(logits, after: tokens)
        // A timestamp is due when all of them together are more probable than any single text token.
        let times = LogitStatistics(logits[columns: first..<logits.width])
        let text = LogitStatistics(logits[columns: 0..<first])
        if times.topLogit > -.infinity, times.logSumExp > text.topLogit { forbid(0..<first, logits) }
    }

    /// Timestamps come in pairs (the end of one segment, the start of the next), and never run backwards.
    private func orderTimestamps(_ logits: FloatRows, after tokens: [Token]) {
        let first = Int(vocabulary.firstTimestamp)
        let lastIsTime = vocabulary.isTimestamp(tokens[tokens.count - 1])
        let pairIsClosed = tokens.count < 2 || vocabulary.isTimestamp(tokens[tokens.count - 2])
        if lastIsTime {
            // After a pair text must follow; after a segment's end its twin, or the end of all.
            forbid(pairIsClosed ? first..<logits.width : 0..<Int(vocabulary.endOfText), logits)
        }
        if let latest = tokens.last(where: vocabulary.isTimestamp) {
            // A segment has a length; only the start of the next may equal the end of the last.
            let earliest = Int(latest) + (lastIsTime && !pairIsClosed ? 0 : 1)
            forbid(first..<min(earliest, logits.width), logits)
        }
    }

    private func forbid(_ range: Range<Int>, _ logits: FloatRows) {
        logits.withMutableRow(0) { row in
            for id in range { row[id] = -.infinity }
        }
    }
}
