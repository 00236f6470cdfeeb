internal import Kernels

extension SpeechListener {
    typealias Token = WhisperVocabulary.Token

    /// Adds the words to a window's segments: times by how the decoder looked at the sound, probabilities by its logits.
    ///
    /// Source: OpenAI `whisper/timing.py`.
    /// - Parameter encoded: what the decoder was given to hear, still valid.
    func findWords(in text: inout WindowText, _ encoded: FloatRows, _ rules: DecodingRules) {
        let vocabulary = model.vocabulary
        let tokens = text.segmentTokens.map { $0.filter(vocabulary.isText) }
        let all = tokens.flatMap { $0 }
        guard !all.isEmpty else { return }
        let language = text.language.flatMap { vocabulary.token(ofLanguage: $0.code) }
        let start = vocabulary.prompt(language: language, translates: false) + [vocabulary.noTimestamps]
        let sizes = model.weights.dimensions
        let heads = model.configuration.alignmentHeads(layers: sizes.decoderLayers, heads: sizes.heads)
        let looks = decoder.looks(
            start + all, heads: heads, encoded, probabilitiesFrom: start.count - 1,
            textCount: Int(vocabulary.endOfText))
        let alignment = WordAlignment(looks.weights, skipping: start.count - 1)
        var words = SpokenWords.split(all, vocabulary, byCharacter: text.language?.code).map { range in
            let (first, last) = (alignment.starts[range.lowerBound], alignment.starts[range.upperBound])
            return Recognition.Word(
                start: time(first, text), end: time(last, text), text: vocabulary.text(all[range]),
                probability: looks.probabilities[range].reduce(0, +) / Float(range.count))
        }[...]
        for (index, own) in tokens.enumerated() {
            var rest = vocabulary.text(own).utf8.count
            var mine: [Recognition.Word] = []
            while rest > 0, let word = words.popFirst() {
                rest -= word.text.utf8.count
                mine.append(word)
            }
            text.segments[index].words = SpokenWords.tidied(mine)
        }
    }

    private func time(_ position: Int, _ text: WindowText) -> Duration {
        let frame = min(text.window.frames.lowerBound + 2 * position, text.window.frames.upperBound)
        return .milliseconds(10 * frame)
    }
}

extension SpeechDecoder {
    /// How the decoder looks at the sound while it says known tokens.
    struct Looks {
        /// For each head a (tokens, positions) matrix, row-major; each row sums to 1.
        var weights: [[[Float]]]
        /// The probability of each token from some place on, among text tokens.
        var probabilities: [Float]
    }

    /// Says known tokens and takes down where the given heads look.
    /// - Parameters:
    ///   - tokens: prompt and text; what comes beyond the room for tokens is not said, and gets the last row once more.
    ///   - heads: layers and heads that follow the speech.
    ///   - encoded: what was given to ``begin(_:tail:)``, still valid.
    ///   - first: the first row whose next token's probability is wanted.
    ///   - textCount: tokens below are text.
    func looks(
        _ tokens: [WhisperVocabulary.Token], heads: [WhisperConfiguration.Head], _ encoded: FloatRows,
        probabilitiesFrom first: Int, textCount: Int
    ) -> Looks {
        var queries: [Int: [[Float]]] = [:]
        var probabilities: [Float] = []
        let layers = Set(heads.map(\.layer))
        let said = tokens.prefix(capacity)
        rewind(to: 0)
        visitQueries = { layer, rows in
            guard layers.contains(layer) else { return }
            for row in 0..<rows.count {
                queries[layer, default: []].append(rows.withRow(row) { row in row.indices.map { row[$0] } })
            }
        }
        defer { visitQueries = nil }
        for start in stride(from: 0, to: said.count, by: Self.tokensAtOnce) {
            let chunk = said[start..<min(start + Self.tokensAtOnce, said.count)]
            let logits = step(Array(chunk))
            for row in max(0, first - start)..<max(chunk.count, first - start) where start + row + 1 < tokens.count {
                let next = Int(tokens[start + row + 1])
                let text = logits[rows: row..<row + 1][columns: 0..<textCount]
                probabilities.append(Float.exp(text.withRow(0) { $0[next] } - LogitStatistics(text).logSumExp))
            }
        }
        while probabilities.count < tokens.count - first - 1 { probabilities.append(0) }
        // Heads of one layer share its keys.
        let layerKeys = Dictionary(uniqueKeysWithValues: queries.keys.map { ($0, keys(of: $0, encoded)) })
        let weights = heads.compactMap { head in
            queries[head.layer].map { look($0, keys: layerKeys[head.layer] ?? [], head: head.head) }
        }
        return Looks(weights: weights, probabilities: probabilities)
    }

    /// softmax(q · kᵀ / 8) of one head, over the positions that hold sound.
    private func look(_ queries: [[Float]], keys: [[Float]], head: Int) -> [[Float]] {
        let size = WhisperDimensions.headSize
        let columns = head * size..<(head + 1) * size
        return queries.map { query in
            softmax(
                keys.map { key in
                    var sum: Float = 0
                    for column in columns { sum += query[column] * key[column] }
                    return sum / 8
                })
        }
    }
}

/// Returns the softmax of scores: shares that sum to 1.
func softmax(_ scores: [Float]) -> [Float] {
    let largest = scores.max() ?? 0
    let weights = scores.map { Float.exp($0 - largest) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
}
