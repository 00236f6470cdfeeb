internal import Glibc
internal import Kernels

/// What the decoder said about one window, at one temperature.
struct DecodedText: Sendable {
    typealias Token = WhisperVocabulary.Token

    /// Text and timestamps, without prompt and end.
    var tokens: [Token] = []
    /// Sum of the natural-log probabilities of the tokens and of the end, among what the rules allowed.
    var logProbability: Float = 0
    /// Probability that nobody speaks, as the model sees it before its first word.
    var noSpeechProbability: Float = 0
    /// Where the decoder began to say the same over and over: tokens from here on are no words.
    var loopStart: Int?
    /// What the tokens were chosen with; 0 takes the most probable.
    var temperature: Float = 0

    /// Mean over the tokens, the end included (≤ 0).
    var averageLogProbability: Float { logProbability / Float(tokens.count + 1) }
}

/// Drives a ``SpeechDecoder`` through one text.
struct TextDecoding {
    typealias Token = WhisperVocabulary.Token

    let decoder: SpeechDecoder
    let rules: DecodingRules
    /// Tokens of what was said before, which the decoder goes on from; it has room for them and for ``limit``.
    let previous: [Token]
    /// At most this many tokens.
    let limit: Int
    let isCancelled: () -> Bool

    init(
        decoder: SpeechDecoder, rules: DecodingRules, previous: some Sequence<Token> = [], limit: Int,
        isCancelled: @escaping () -> Bool
    ) {
        (self.decoder, self.rules, self.previous) = (decoder, rules, Array(previous))
        (self.limit, self.isCancelled) = (limit, isCancelled)
    }

    /// Decodes what the decoder was given to hear.
    /// - Parameters:
    ///   - temperature: 0 takes the most probable token, more draws with `seed`.
    ///   - draft: a guess at the tokens. Right guesses go through the decoder many at once; the text is the same without.
    func run(temperature: Float, seed: UInt64, draft: [Token] = []) -> DecodedText {
        var text = DecodedText()
        var random = SplitMix64(seed: seed)
        var guesses = temperature == 0 ? draft[...] : []
        text.temperature = temperature
        var input = rules.prompt
        decoder.rewind(to: previous.isEmpty ? 0 : previous.count + 1)
        while !isCancelled() {
            let ahead = Array(guesses.prefix(SpeechDecoder.tokensAtOnce - input.count))
            let rows = decoder.step(input + ahead)
            if text.tokens.isEmpty { text.noSpeechProbability = noSpeechProbability(rows[rows: 0..<1]) }
            // Each guess that comes true saves a step; after the last comes one token that was no guess.
            var token: Token?
            var right = 0
            while true {
                let row = input.count - 1 + right
                token = chooseToken(rows[rows: row..<row + 1], &text, temperature, &random)
                guard right < ahead.count, ahead[right] == token else { break }
                right += 1
            }
            guard let token else { break }
            decoder.rewind(to: decoder.length - (ahead.count - right))
            guesses = guesses.dropFirst(right)
            guesses = right == ahead.count && guesses.first == token ? guesses.dropFirst() : []
            input = [token]
        }
        return text
    }

    /// Gives the decoder what was said before, from which every ``run(temperature:seed:draft:)`` goes on.
    func readPrevious() {
        decoder.rewind(to: 0)
        guard !previous.isEmpty else { return }
        var rest = ([rules.vocabulary.startOfPrevious] + previous)[...]
        while !rest.isEmpty {
            decoder.read(Array(rest.prefix(SpeechDecoder.tokensAtOnce)))
            rest = rest.dropFirst(SpeechDecoder.tokensAtOnce)
        }
    }

    /// Chooses and adds the next token; `nil` at the end of the text, at the limit, and in a loop.
    private func chooseToken(
        _ logits: FloatRows, _ text: inout DecodedText, _ temperature: Float, _ random: inout SplitMix64
    ) -> Token? {
        rules.apply(to: logits, after: text.tokens)
        let statistics = LogitStatistics(logits)
        let token = temperature == 0 ? statistics.top : sample(logits, temperature, statistics.topLogit, &random)
        text.logProbability += logits.withRow(0) { $0[token] } - statistics.logSumExp
        guard token != Int(rules.vocabulary.endOfText) else { return nil }
        text.tokens.append(Token(token))
        text.loopStart = Repetition.loopStart(in: text.tokens, isTimestamp: rules.vocabulary.isTimestamp)
        return text.loopStart == nil && text.tokens.count < limit ? Token(token) : nil
    }

    /// Draws from softmax(logits / temperature).
    private func sample(
        _ logits: FloatRows, _ temperature: Float, _ largest: Float, _ random: inout SplitMix64
    ) -> Int {
        logits.withRow(0) { row in
            var sum: Float = 0
            for index in row.indices { sum += exp((row[index] - largest) / temperature) }
            var rest = Float.random(in: 0..<1, using: &random) * sum
            var last = 0
            for index in row.indices where row[index] > -.infinity {
                rest -= exp((row[index] - largest) / temperature)
                last = index
                if rest < 0 { break }
            }
            return last
        }
    }

    private func noSpeechProbability(_ logits: FloatRows) -> Float {
        let token = Int(rules.vocabulary.noSpeech)
        return exp(logits.withRow(0) { $0[token] } - LogitStatistics(logits).logSumExp)
    }
}
