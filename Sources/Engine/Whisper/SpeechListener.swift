public import Kernels

/// Hears windows of sound: encoder, decoder with temperature fall-back, and the guards against invented words.
///
/// It holds the working memory and no recording: any number of ``SpeechRecogniser``s may share it. For one thread at a time.
public final class SpeechListener {
    let model: WhisperModel
    let pool: WorkerPool
    private let encoder: SpeechEncoder
    private let decoder: SpeechDecoder
    private let tail: SilentTail
    private let sizes: WhisperDimensions
    private let clock = ContinuousClock()

    /// Thresholds of OpenAI's `whisper/transcribe.py`, and the temperatures it falls back to.
    private enum Limit {
        static let temperatures: [Float] = [0, 0.2, 0.4, 0.6, 0.8, 1]
        static let compressionRatio = 2.4
        static let averageLogProbability: Float = -1
        static let noSpeech: Float = 0.6
        /// Where the level says that nobody speaks, the model has to be this sure of the opposite.
        static let noSpeechWhenSteady: Float = 0.2
        static let averageLogProbabilityWhenSteady: Float = -0.7
        /// Nobody says more tokens than that: half of the decoder's positions in all, ten a second.
        static let tokens = 224
        static let tokensToStart = 16
        static let framesPerToken = 10
    }

    /// Windows longer than this many frames are decoded with timestamps; in a shorter one they cost time and gain nothing.
    private static let longestWithoutTimestamps = 1_200

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
    ///   - isSteady: the level of the recording says that nobody speaks.
    ///   - draft: a guess at the tokens.
    /// - Returns: `nil` when it was cancelled.
    func listen(
        to window: WindowPlan.Window, _ logs: ArraySlice<Float>, isSteady: Bool, draft: [WhisperVocabulary.Token],
        isCancelled: @escaping () -> Bool
    ) -> WindowText? {
        let started = clock.now
        // 60 ms of silence let the last sound end before the tail takes over.
        let positions = min((window.frames.count + 1) / 2 + 3, sizes.audioPositions)
        let encoded = encoder.encode(MelWindow(logs, evened: true), positions: positions, tail: tail)
        guard !isCancelled() else { return nil }
        decoder.begin(encoded, tail: tail)
        let encodedAt = clock.now
        let decoded = decode(window, draft, isCancelled)
        guard !isCancelled() else { return nil }
        var text = WindowText(window, decoded: decoded)
        (text.encodeDuration, text.decodeDuration) = (encodedAt - started, clock.now - encodedAt)
        if isSpeech(decoded, isSteady: isSteady) {
            text.split(by: model.vocabulary)
        }
        return text
    }

    /// Tries one temperature after the other until the text is sound; if none is, the most probable is taken.
    private func decode(
        _ window: WindowPlan.Window, _ draft: [WhisperVocabulary.Token], _ isCancelled: @escaping () -> Bool
    ) -> DecodedText {
        let frames = window.frames.count
        let decoding = TextDecoding(
            decoder: decoder,
            rules: DecodingRules(
                model.vocabulary, suppressed: model.configuration.suppressed,
                suppressedAtStart: model.configuration.suppressedAtStart,
                timestamps: window.isCutInSpeech || frames > Self.longestWithoutTimestamps),
            limit: min(Limit.tokens, decoder.capacity / 2, Limit.tokensToStart + frames / Limit.framesPerToken),
            isCancelled: isCancelled)
        var best: DecodedText?
        for (attempt, temperature) in Limit.temperatures.enumerated() {
            let text = decoding.run(
                temperature: temperature, seed: UInt64(attempt), draft: attempt == 0 ? draft : [])
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

    private func repeatsItself(_ text: DecodedText) -> Bool {
        text.loopStart != nil
            || Repetition.compressionRatio(of: model.vocabulary.text(text.tokens)) > Limit.compressionRatio
    }

    /// Level and model together decide whether anybody spoke.
    private func isSpeech(_ text: DecodedText, isSteady: Bool) -> Bool {
        guard model.vocabulary.text(text.tokens).contains(where: { $0.isLetter || $0.isNumber }) else { return false }
        let (silence, confidence) = (text.noSpeechProbability, text.averageLogProbability)
        if silence > Limit.noSpeech, confidence < Limit.averageLogProbability { return false }
        guard isSteady else { return true }
        return silence < Limit.noSpeechWhenSteady && confidence > Limit.averageLogProbabilityWhenSteady
    }
}
