public import Kernels

/// Hears windows of sound: encoder, decoder with temperature fall-back, and the guards against invented words.
///
/// It holds the working memory and no recording: any number of ``SpeechRecogniser``s may share it. For one thread at a time.
public final class SpeechListener {
    let model: WhisperModel
    let pool: WorkerPool
    private let encoder: SpeechEncoder
    let decoder: SpeechDecoder
    private let tail: SilentTail
    private let sizes: WhisperDimensions
    private let clock = ContinuousClock()

    /// Thresholds of OpenAI's `whisper/transcribe.py`, and the temperatures it falls back to.
    private enum Limit {
        static let temperatures: [Float] = [0, 0.2, 0.4, 0.6, 0.8, 1]
        static let compressionRatio = 2.4
        static let averageLogProbability: Float = -1
        static let noSpeech: Float = 0.6
        /// Noises give so few tokens, or one for more frames than these; a sentence of a voice that is hard to understand
        /// has more.
        static let scantTokens = 3
        static let framesPerScantToken = 33
        /// Of such text: where the doubt of the words and the probability that nobody spoke together exceed this, nobody did: single words
        /// on the telephone reach 1.0, coughs, breath and barking begin at 1.1.
        static let doubt: Float = 1.05
        /// The same of text with as many tokens as a sentence: sentences in a language that the model hardly knows reach 1.25,
        /// what it makes of animals begins at 1.3.
        static let doubtOfSentence: Float = 1.3
        /// Where the level says that nobody speaks, the model has to be this sure of the opposite.
        static let noSpeechWhenSteady: Float = 0.2
        static let averageLogProbabilityWhenSteady: Float = -0.7
        /// Nobody says more tokens than that: half of the decoder's positions in all, sixteen a second.
        static let tokens = 224
        static let tokensToStart = 16
        static let framesPerToken = 6
        /// What was said right before tells names and spelling. More of it (OpenAI's windows go on from 223) costs time and
        /// makes no fewer words wrong.
        static let previousTokens = 63
        /// So many tokens in a row are hardly said twice by chance.
        static let sentenceTokens = 8
        /// What is heard of a stretch alone has more words than before where it has more tokens than these.
        static let fullerTokens = 2
        /// Where a window of more frames than these gives no text, its first half is listened to alone.
        static let framesToHalve = 1_000
        /// Who speaks says more than a token a second.
        static let framesPerSparseToken = 100
    }

    /// Windows longer than this many frames are decoded with timestamps, which tell where the decoder stopped; in a shorter
    /// one, a command of a few words, they cost time and gain nothing.
    private static let longestWithoutTimestamps = 180

    /// Silent positions that are encoded as such, before the tail takes over: 60 ms let the last sound end; half a second
    /// costs little beside a longer window, and there the decoder is as sure of its words as with silence to the end.
    private static let silenceAfterCommand = 3
    private static let silenceAfterSpeech = 25

    /// Prepares the working memory, and listens to silence once.
    /// - Throws: `KernelError` where memory runs out.
    public init(_ model: WhisperModel, pool: WorkerPool) throws(KernelError) {
        (self.model, self.pool) = (model, pool)
        sizes = model.weights.dimensions
        encoder = try SpeechEncoder(model.weights, pool: pool)
        decoder = try SpeechDecoder(model.weights, pool: pool)
        tail = try SilentTail(model.weights, encoder: encoder, pool: pool)
    }

    /// Frames of the longest window.
    var longest: Int { 2 * sizes.audioPositions }

    /// Listens.
    /// - Parameters:
    ///   - logs: log10 mel energies of the window's frames, (frames, bands) row-major; missing frames are silent.
    ///   - context: what is known of the window.
    /// - Returns: `nil` when it was cancelled.
    func listen(
        to window: WindowPlan.Window, _ logs: ArraySlice<Float>, _ context: WindowContext,
        isCancelled: @escaping () -> Bool
    ) -> WindowText? {
        let started = clock.now
        let isShort = window.frames.count <= Self.longestWithoutTimestamps
        let silence = isShort ? Self.silenceAfterCommand : Self.silenceAfterSpeech
        let positions = min((window.frames.count + 1) / 2 + silence, sizes.audioPositions)
        let encoded = encoder.encode(
            MelWindow(logs, evened: true), positions: positions, tail: tail, isCancelled: isCancelled)
        guard let encoded, !isCancelled() else { return nil }
        decoder.begin(encoded, tail: tail)
        let encodedAt = clock.now
        let language = context.language ?? spokenLanguage()
        let rules = rules(for: window, context, language)
        var decoded = decode(window, after: context.previous, context, rules, isCancelled)
        if repeats(decoded, context.previous), !isCancelled() {
            // Said twice, or copied from what the decoder was shown? Without that, it can only be what is heard.
            decoded = decode(window, after: [], context, rules, isCancelled)
        }
        guard !isCancelled() else { return nil }
        var text = WindowText(window, decoded: decoded)
        text.language = language
        if isSpeech(decoded, window, context) {
            text.split(by: model.vocabulary, speech: context.speech)
            if context.findsWords { findWords(in: &text, encoded, rules) }
        }
        (text.encodeDuration, text.decodeDuration) = (encodedAt - started, clock.now - encodedAt)
        if text.segments.isEmpty, let half = Self.firstHalf(of: window, context.speech) {
            // A decoder that makes nothing of many sentences often does of fewer: the next window begins behind these.
            let beginning = logs.prefix(half.frames.count * model.front.bands)
            return listen(to: half, beginning, context, isCancelled: isCancelled)?.inPlace(of: text)
        }
        return heardAgain(text, logs, context, isCancelled)
    }

    /// What comes before the pause that is next to the middle of a long window; `nil` where it is short, or has no pause.
    static func firstHalf(of window: WindowPlan.Window, _ speech: [Range<Int>]) -> WindowPlan.Window? {
        guard window.frames.count > Limit.framesToHalve else { return nil }
        let middle = window.frames.lowerBound + window.frames.count / 2
        let runs = speech.filter { $0.overlaps(window.frames) }
        guard let end = runs.dropLast().map(\.upperBound).min(by: { abs($0 - middle) < abs($1 - middle) }),
            end > window.frames.lowerBound
        else { return nil }
        let frames = window.frames.lowerBound..<min(end + WindowPlan.after, window.frames.upperBound)
        return WindowPlan.Window(frames: frames, isClosed: window.isClosed, isCutInSpeech: false)
    }

    /// Where the first segment of a window goes over much speech without a word, what is heard of that stretch alone, if
    /// that is more; else the text as it is. `nil` when it was cancelled.
    private func heardAgain(
        _ text: WindowText, _ logs: ArraySlice<Float>, _ context: WindowContext, _ isCancelled: @escaping () -> Bool
    ) -> WindowText? {
        guard let stretch = text.skippedStart(model.vocabulary, speech: context.speech),
            stretch.count < text.window.frames.count, let first = text.segmentTokens.first
        else { return text }
        var alone = context
        (alone.previous, alone.draft) = ([], [])
        let window = WindowPlan.Window(frames: stretch, isClosed: text.window.isClosed, isCutInSpeech: true)
        let bands = model.front.bands
        guard let again = listen(to: window, logs.prefix(stretch.count * bands), alone, isCancelled: isCancelled) else {
            return nil
        }
        let count = { (tokens: [ArraySlice<WhisperVocabulary.Token>]) in
            tokens.joined().count(where: self.model.vocabulary.isText)
        }
        let isFuller = count(again.segmentTokens) > count([first]) + Limit.fullerTokens
        let isSound =
            again.decoded.averageLogProbability >= Limit.averageLogProbability && again.decoded.loopStart == nil
        guard isFuller, isSound else { return text }
        return again.inPlace(of: text)
    }

    /// The most probable language of what the decoder was given to hear; `nil` for an English-only model.
    private func spokenLanguage() -> SpokenLanguage? {
        let vocabulary = model.vocabulary
        guard vocabulary.isMultilingual else { return nil }
        decoder.rewind(to: 0)
        let logits = decoder.step([vocabulary.startOfTranscript])
        return logits.withRow(0) { row in
            let shares = softmax(vocabulary.languages.map { row[Int($0.token)] })
            let best = zip(vocabulary.languages, shares).max { $0.1 < $1.1 }
            return best.map { SpokenLanguage(code: $0.0.code, probability: $0.1) }
        }
    }

    private func rules(
        for window: WindowPlan.Window, _ context: WindowContext, _ language: SpokenLanguage?
    ) -> DecodingRules {
        DecodingRules(
            model.vocabulary, suppressed: model.configuration.suppressed,
            suppressedAtStart: model.configuration.suppressedAtStart,
            timestamps: window.frames.count > Self.longestWithoutTimestamps,
            language: language.flatMap { model.vocabulary.token(ofLanguage: $0.code) }, translates: context.translates)
    }

    /// Tries one temperature after the other until the text is sound; if none is, the most probable is taken.
    private func decode(
        _ window: WindowPlan.Window, after previous: [WhisperVocabulary.Token], _ context: WindowContext,
        _ rules: DecodingRules, _ isCancelled: @escaping () -> Bool
    ) -> DecodedText {
        let frames = window.frames.count
        // There is room for half of the decoder's tokens, less its marks.
        let room = min(Limit.previousTokens, decoder.capacity / 2 - 1 - rules.prompt.count)
        let decoding = TextDecoding(
            decoder: decoder, rules: rules, previous: previous.suffix(max(0, room)),
            limit: min(Limit.tokens, decoder.capacity / 2, Limit.tokensToStart + frames / Limit.framesPerToken),
            isCancelled: isCancelled)
        decoding.readPrevious()
        var best: DecodedText?
        for (attempt, temperature) in Limit.temperatures.enumerated() {
            let text = decoding.run(
                temperature: temperature, seed: UInt64(attempt), draft: attempt == 0 ? context.draft : [])
            guard !isCancelled() else { return text }
            let repeats = repeatsItself(text)
            if !repeats, text.averageLogProbability >= Limit.averageLogProbability { return text }
            if !repeats, text.noSpeechProbability > Limit.noSpeech { return text }
            let isBetter = best.map { best in
                repeatsItself(best) == repeats ? text.averageLogProbability > best.averageLogProbability : !repeats
            }
            if isBetter ?? true { best = text }
        }
        return best ?? DecodedText()
    }

    /// Whether a whole sentence of the text stands in what was said right before it.
    private func repeats(_ text: DecodedText, _ previous: [WhisperVocabulary.Token]) -> Bool {
        Repetition.shareRun(
            text.tokens.filter(model.vocabulary.isText), previous.suffix(Limit.previousTokens),
            of: Limit.sentenceTokens)
    }

    private func repeatsItself(_ text: DecodedText) -> Bool {
        text.loopStart != nil
            || Repetition.compressionRatio(of: model.vocabulary.text(text.tokens)) > Limit.compressionRatio
    }

    /// Level and model together decide whether anybody spoke.
    func isSpeech(_ text: DecodedText, _ window: WindowPlan.Window, _ context: WindowContext) -> Bool {
        guard model.vocabulary.text(text.tokens).contains(where: { $0.isLetter || $0.isNumber }) else { return false }
        let (silence, confidence) = (text.noSpeechProbability, text.averageLogProbability)
        let count = text.tokens.count(where: model.vocabulary.isText)
        let isScant = count <= Limit.scantTokens || count * Limit.framesPerScantToken < window.frames.count
        let doubt = silence - confidence / 2
        if doubt > (isScant ? Limit.doubt : Limit.doubtOfSentence) { return false }
        // Music is loud for long, and the decoder makes a doubtful word or two of it.
        let loud = context.speech.reduce(0) { $0 + $1.clamped(to: window.frames).count }
        let isSparse = count * Limit.framesPerSparseToken < loud
        if isSparse, confidence < Limit.averageLogProbability { return false }
        guard context.isSteady else { return true }
        return silence < Limit.noSpeechWhenSteady && confidence > Limit.averageLogProbabilityWhenSteady
    }
}
