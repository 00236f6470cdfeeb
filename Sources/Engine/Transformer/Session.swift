public import Kernels
internal import Synchronization

/// One sequence of tokens in a model's memory: its KV cache and what layers without one keep, the buffers of a pass, and the
/// pass itself.
///
/// All memory is reserved when it is made and becomes resident only as it is used; evaluating a token allocates
/// nothing. For one thread at a time; every call blocks until the work is done.
public final class Session {
    /// Tokens of one pass at most: as many as keep the activations in the second-level cache.
    public static let batchSize = 64
    /// Rows of logits computed at once where all are asked for.
    public static let logitBatch = 16

    /// How far a group of activations must stand out of its token to get 16 bits, for each product of a block.
    ///
    /// Chosen by the divergence from F32 activations over the reference chats (SmolLM2-135M): 0.0033 nats with none,
    /// 0.0005 with these, 0.0003 with 1 everywhere at twice the groups. What attention has mixed hardly needs it.
    enum OutlierThreshold {
        static let queryKeyValue: Float = 1
        static let attentionOutput = Float.infinity
        static let gateUp: Float = 1.25
        static let down: Float = 1.25
        static let head: Float = 1
    }

    /// The weights that it computes with.
    public let weights: ModelWeights
    /// Tokens that fit.
    public let contextLength: Int
    /// How exactly activations are kept between weights.
    public let activations: ActivationPrecision
    /// The tokens whose keys and values are in the cache, from position 0 on.
    public private(set) var tokens: [Int32] = []

    let pool: WorkerPool
    private let cache: KeyValueCache
    /// What layers that do not attend keep; `nil` where all attend.
    let state: RecurrentState?
    /// One for each of the model's rotations.
    private let angles: [RotaryAngles]
    /// The residual stream: (batch, model)
    let stream: FloatMatrix
    /// What a norm made of it: (batch, model)
    let normed: FloatMatrix
    /// What lies between a block's products, one after the other in the same memory: Q, K and V, where attention writes
    /// over Q, or what layers without attention project; then gate and up, where SwiGLU writes over gate.
    let wide: FloatMatrix
    /// Who is given to which expert; `nil` where there are none.
    let routing: ExpertRouting?
    /// (logitBatch, vocabulary)
    private let logitRows: FloatMatrix
    /// A row of the embedding as the file has it.
    private var embeddingBytes: [UInt8]

    /// - Parameters:
    ///   - contextLength: tokens that shall fit (≥ 1).
    ///   - activations: `.mixed` is fast, `.f32` is the yardstick.
    ///   - keyValues: how the cache keeps keys and values.
    /// - Throws: ``TransformerError/Code/outOfMemory``; `invalidConfiguration` where the model's heads cannot be kept so.
    public init(
        _ weights: ModelWeights, pool: WorkerPool, contextLength: Int, activations: ActivationPrecision = .mixed,
        keyValues: KeyValueType = .f16
    ) throws(TransformerError) {
        precondition(contextLength > 0)
        let config = weights.config
        guard keyValues.fits(headSize: config.headDimension) else {
            throw TransformerError(
                .invalidConfiguration,
                "Keys and values in \(keyValues) take heads that are a multiple of 32; this model's have "
                    + "\(config.headDimension) elements. Use f16.")
        }
        let batch = min(Self.batchSize, contextLength)
        do {
            cache = try KeyValueCache(
                layers: config.attendingLayerCount, heads: config.kvHeadCount, headSize: config.headDimension,
                capacity: contextLength, type: keyValues)
            state = try config.stateShape.map { shape throws(KernelError) in
                try RecurrentState(shape, passLength: batch)
            }
            angles = try config.rotations.enumerated().map { (index, rotation) throws(KernelError) in
                let factors = weights.rotaryFactors.factors(of: index, config, contextLength: contextLength)
                return try RotaryAngles(rotation, factors: factors, batch: batch)
            }
            stream = try FloatMatrix(rows: batch, columns: config.modelDimension)
            normed = try FloatMatrix(rows: batch, columns: config.modelDimension)
            wide = try FloatMatrix(rows: batch, columns: config.widest)
            routing = try config.experts.map { experts throws(KernelError) in
                try ExpertRouting(experts, config, batch: batch)
            }
            logitRows = try FloatMatrix(rows: min(Self.logitBatch, batch), columns: config.vocabularySize)
        } catch {
            throw TransformerError(.outOfMemory, "\(error)")
        }
        embeddingBytes = [UInt8](repeating: 0, count: weights.embedding.rowByteCount)
        self.weights = weights
        self.pool = pool
        self.contextLength = contextLength
        self.activations = activations
        tokens.reserveCapacity(contextLength)
    }

    /// Logits of the last token evaluated: (1, vocabulary). The next evaluation overwrites them.
    public var logits: FloatRows { logitRows[rows: 0..<1] }

    /// How many tokens at the beginning of `prompt` are in the cache already.
    public func commonPrefix(with prompt: [Int32]) -> Int {
        var count = 0
        while count < min(tokens.count, prompt.count), tokens[count] == prompt[count] { count += 1 }
        return count
    }

    /// Forgets the tokens from position `count` on, and where a state cannot be wound back as far, those before down to the latest
    /// copy of it.
    ///
    /// - Returns: how many tokens there are then: `count` where all layers attend.
    @discardableResult
    public func truncate(to count: Int) -> Int {
        precondition(count >= 0 && count <= tokens.count)
        let kept = state?.rewind(to: count) ?? count
        tokens.removeLast(tokens.count - kept)
        return kept
    }

    /// Forgets the tokens in `range` and moves those after it down to close the gap (context shift).
    ///
    /// What follows the gap keeps what it once took from the forgotten tokens, as does the state of layers that do not
    /// attend: an approximation that saves computing it anew. The logits stay those of the last token evaluated.
    public func remove(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= tokens.count)
        guard !range.isEmpty else { return }
        if range.upperBound == tokens.count {
            truncate(to: range.lowerBound)
            return
        }
        for angles in angles { angles.fillTurn(by: range.count) }
        for plan in weights.config.layers where plan.attends {
            let turn = plan.rotation.map { angles[$0] }
            let width = turn?.cosine.columnCount ?? 0
            cache.remove(
                range, length: tokens.count, layer: plan.ordinal,
                cosine: (turn ?? angles[0]).cosine[rows: 0..<1, columns: 0..<width],
                sine: (turn ?? angles[0]).sine[rows: 0..<1, columns: 0..<width],
                style: weights.config.architecture.rotaryStyle)
        }
        state?.remove(range)
        tokens.removeSubrange(range)
    }

    /// Appends one token and computes its logits (decode).
    public func evaluate(_ token: Int32) throws(TransformerError) {
        try check(count: 1, ids: CollectionOfOne(token))
        try embed(token, row: 0)
        try pass(count: 1, logits: 0..<1, cancel: nil)
        state?.advance(by: 1)
        tokens.append(token)
    }

    /// Appends tokens in batches (prefill) and computes the logits of the last one.
    ///
    /// - Parameters:
    ///   - cancel: looked at between layers. What whole batches were done by then stays in the cache.
    ///   - progress: called after each batch with the number of these tokens that are done.
    /// - Throws: `contextOverflow`, `invalidToken` (both before anything is computed) or `cancelled`.
    public func evaluate(
        _ newTokens: ArraySlice<Int32>, cancel: CancelFlag? = nil, progress: (Int) -> Void = { _ in }
    ) throws(TransformerError) {
        try check(count: newTokens.count, ids: newTokens)
        var done = 0
        if newTokens.count > 1 { state?.save() }
        while done < newTokens.count {
            let batch = newTokens.dropFirst(done).prefix(Self.batchSize)
            done += batch.count
            try append(batch, logits: done == newTokens.count ? batch.count - 1..<batch.count : 0..<0, cancel: cancel)
            if newTokens.count > 1 { state?.save() }
            progress(done)
        }
    }

    /// Appends tokens and hands out the logits of every one of them, in order.
    ///
    /// - Parameter body: gets the number of the token among these, and its logits (1, vocabulary), which stay as they
    ///   are until the next ``logitBatch`` of tokens is evaluated.
    public func evaluateAll(
        _ newTokens: ArraySlice<Int32>, cancel: CancelFlag? = nil, _ body: (Int, FloatRows) throws -> Void
    ) throws {
        try check(count: newTokens.count, ids: newTokens)
        var done = 0
        while done < newTokens.count {
            let batch = newTokens.dropFirst(done).prefix(logitRows.rowCount)
            try append(batch, logits: 0..<batch.count, cancel: cancel)
            for row in 0..<batch.count { try body(done + row, logitRows[rows: row..<row + 1]) }
            done += batch.count
        }
    }

    /// Appends up to ``logitBatch`` tokens in one pass and computes the logits of each: ``logits(of:)``.
    public func evaluateBeside(_ newTokens: ArraySlice<Int32>) throws(TransformerError) {
        precondition(newTokens.count <= logitRows.rowCount, "more tokens than rows of logits")
        try check(count: newTokens.count, ids: newTokens)
        try append(newTokens, logits: 0..<newTokens.count, cancel: nil)
    }

    /// Logits of token `row` of the last pass: (1, vocabulary). The next evaluation overwrites them.
    public func logits(of row: Int) -> FloatRows { logitRows[rows: row..<row + 1] }

    /// Appends one token to each of several sequences in one pass, which reads the weights once for all of them, and computes
    /// the ``logits`` of each: bit for bit those that ``evaluate(_:)`` computes for one sequence.
    ///
    /// - Parameters:
    ///   - tokens: as many as there are sessions.
    ///   - sessions: at least one and at most ``logitBatch``, all different, of the same weights, activations and threads.
    /// - Throws: `contextOverflow` or `invalidToken`, both before anything is computed.
    public static func evaluate(_ tokens: [Int32], in sessions: [Session]) throws(TransformerError) {
        precondition(tokens.count == sessions.count, "one token for each sequence")
        let first = sessions[0]
        precondition(
            sessions.allSatisfy {
                $0.weights === first.weights && $0.pool === first.pool && $0.activations == first.activations
            }, "sequences of different models")
        for (token, session) in zip(tokens, sessions) {
            try session.check(count: 1, ids: CollectionOfOne(token))
        }
        guard tokens.count <= first.logitRows.rowCount else {
            // A context of a few tokens has as few rows.
            for (token, session) in zip(tokens, sessions) { try session.evaluate(token) }
            return
        }
        for (row, token) in tokens.enumerated() { try first.embed(token, row: row) }
        try first.pass(count: tokens.count, logits: 0..<tokens.count, cancel: nil, of: sessions)
        for (row, session) in sessions.enumerated().dropFirst() {
            session.logits.copyRow(0, from: first.logitRows[rows: row..<row + 1])
        }
        for (token, session) in zip(tokens, sessions) {
            session.state?.advance(by: 1)
            session.tokens.append(token)
        }
    }

    /// One batch: embeds, passes, remembers.
    private func append(_ batch: ArraySlice<Int32>, logits: Range<Int>, cancel: CancelFlag?) throws(TransformerError) {
        for (row, token) in batch.enumerated() { try embed(token, row: row) }
        do throws(TransformerError) {
            try pass(count: batch.count, logits: logits, cancel: cancel)
        } catch {
            // Layers that do not attend have begun to take the batch in.
            if let kept = state?.abandonPass() { tokens.removeLast(tokens.count - kept) }
            throw error
        }
        state?.advance(by: batch.count)
        tokens.append(contentsOf: batch)
    }

    private func check(count: Int, ids: some Collection<Int32>) throws(TransformerError) {
        guard count <= contextLength - tokens.count else {
            throw TransformerError(
                .contextOverflow,
                "\(count) more tokens do not fit: \(tokens.count) of \(contextLength) are in use. Use a larger context."
            )
        }
        if let foreign = ids.first(where: { $0 < 0 || Int($0) >= weights.config.vocabularySize }) {
            throw TransformerError(
                .invalidToken,
                "The token \(foreign) is outside the vocabulary of \(weights.config.vocabularySize).")
        }
    }

    // MARK: The graph

    /// Sends rows 0 ..< count of the stream through all blocks, from position `tokens.count` on, and computes the logits of
    /// the rows in `wanted`.
    ///
    /// - Parameter sequences: where each row is the next token of another sequence, those sequences; else empty.
    private func pass(
        count: Int, logits wanted: Range<Int>, cancel: CancelFlag?, of sequences: [Session] = []
    ) throws(TransformerError) {
        for index in angles.indices {
            if sequences.isEmpty { angles[index].fill(rows: 0..<count, from: tokens.count) }
            for (row, sequence) in sequences.enumerated() {
                angles[index].fill(rows: row..<row + 1, from: sequence.tokens.count)
            }
        }
        if sequences.isEmpty { state?.begin(count) }
        for sequence in sequences { sequence.state?.begin(1) }
        for index in weights.layers.indices {
            let layer = weights.layers[index]
            if let cancel, cancel.isRaised { throw TransformerError(.cancelled, "Stopped.") }
            // Beyond the keys and values of the last block, only rows whose logits are wanted matter.
            let rows = index == weights.layers.count - 1 ? wanted : 0..<count
            pool.rmsNorm(
                stream[rows: 0..<count], weight: layer.mixerNorm, epsilon: weights.config.normEpsilon,
                into: normed[rows: 0..<count])
            let norm = layer.postNorms?.attention
            switch layer.mixer {
            case .attention(let mixer):
                attend(mixer, weights.config.layers[index], norm: norm, count: count, rows: rows, of: sequences)
            case .recurrence(let mixer):
                recur(mixer, weights.config.layers[index], norm: norm, count: count, rows: rows, of: sequences)
            }
            if !rows.isEmpty { feedForward(layer, rows: rows) }
        }
        guard !wanted.isEmpty else { return }
        let normed = normed[rows: wanted]
        pool.rmsNorm(
            stream[rows: wanted], weight: weights.outputNorm, epsilon: weights.config.normEpsilon, into: normed)
        // (wanted, model) x (model, vocabulary)
        pool.multiply(
            weights.head, normed, into: logitRows[rows: 0..<wanted.count],
            activations: activations, outlierThreshold: OutlierThreshold.head)
    }

    /// Attention to what is normed, with its residual; all rows store their keys and values, those in `rows` go on.
    private func attend(
        _ layer: AttentionWeights, _ plan: LayerPlan, norm: FloatVector?, count: Int, rows: Range<Int>,
        of sequences: [Session]
    ) {
        let config = weights.config
        let (query, kv) = (config.queryDimension, config.kvDimension)
        let normed = normed[rows: 0..<count]
        // (count, model) x (model, attention)
        let projected = wide[rows: 0..<count, columns: 0..<config.attentionDimension]
        pool.multiply(
            layer.queryKeyValue, normed, into: projected, bias: layer.queryKeyValueBias, activations: activations,
            outlierThreshold: OutlierThreshold.queryKeyValue)
        if let norms = layer.headNorms {
            let epsilon = config.headNormEpsilon
            pool.rmsNormHeads(projected[columns: 0..<query], weight: norms.query, epsilon: epsilon)
            pool.rmsNormHeads(projected[columns: query..<query + kv], weight: norms.key, epsilon: epsilon)
        }
        if let rotation = plan.rotation {
            pool.rotate(
                projected[columns: 0..<query + kv], headSize: config.headDimension,
                cosine: angles[rotation].cosine[rows: 0..<count], sine: angles[rotation].sine[rows: 0..<count],
                style: config.architecture.rotaryStyle)
        }
        if sequences.isEmpty { mix(projected, plan, wanted: rows) }
        for (row, sequence) in sequences.enumerated() {
            sequence.mix(projected[rows: row..<row + 1], plan, wanted: 0..<1)
        }
        guard !rows.isEmpty else { return }
        let queries = wide[rows: rows, columns: 0..<query]
        if config.architecture.hasGatedAttention {
            pool.sigmoidGate(queries, gate: projected[rows: rows][columns: query + 2 * kv..<2 * query + 2 * kv])
        }
        // (rows, query) x (query, model)
        addProduct(
            layer.output, queries, norm: norm, outlierThreshold: OutlierThreshold.attentionOutput, rows: rows)
    }

    /// Stores the keys and values of the next positions, and writes what attention makes of the wanted rows over their
    /// queries.
    ///
    /// - Parameter projected: (n, query + 2 · kv), Q, K and V.
    private func mix(_ projected: FloatRows, _ plan: LayerPlan, wanted rows: Range<Int>) {
        let config = weights.config
        let (query, kv) = (config.queryDimension, config.kvDimension)
        cache.store(
            keys: projected[columns: query..<query + kv], values: projected[columns: query + kv..<query + 2 * kv],
            layer: plan.ordinal, position: tokens.count, pool: pool)
        guard !rows.isEmpty else { return }
        let queries = projected[rows: rows][columns: 0..<query]
        pool.attend(
            queries, cache: cache, layer: plan.ordinal,
            mask: .causal(position: tokens.count + rows.lowerBound, window: plan.window),
            scale: config.attentionScale, into: queries)
    }

    /// SwiGLU or GeGLU with its norm and residual.
    private func feedForward(_ layer: LayerWeights, rows: Range<Int>) {
        pool.rmsNorm(
            stream[rows: rows], weight: layer.feedForwardNorm, epsilon: weights.config.normEpsilon,
            into: normed[rows: rows])
        let norm = layer.postNorms?.feedForward
        switch layer.feedForward {
        case .plain(let products): addGated(products, norm: norm, rows: rows)
        case .experts(let experts):
            addExperts(experts, rows: rows)
            if let shared = experts.shared { addGated(shared, norm: norm, rows: rows) }
        }
    }

    /// What a gated feed-forward layer makes of normed rows, added to the stream.
    private func addGated(_ products: GatedProducts, norm: FloatVector?, rows: Range<Int>) {
        let gate = activated(products, normed[rows: rows], in: wide[rows: rows])
        // (rows, width) x (width, model)
        addProduct(products.down, gate, norm: norm, outlierThreshold: OutlierThreshold.down, rows: rows)
    }

    /// What lies between the products of a gated feed-forward layer: (rows, width), the first columns of `space`.
    func activated(_ products: GatedProducts, _ x: FloatRows, in space: FloatRows) -> FloatRows {
        let width = products.width
        // (rows, model) x (model, 2 · width)
        pool.multiply(
            products.gateUp, x, into: space[columns: 0..<2 * width], activations: activations,
            outlierThreshold: OutlierThreshold.gateUp)
        let gate = space[columns: 0..<width]
        let up = space[columns: width..<2 * width]
        switch weights.config.architecture.activation {
        case .silu: pool.swiGLU(gate: gate, up: up, into: gate)
        case .gelu: pool.geGLU(gate: gate, up: up, into: gate)
        }
        return gate
    }

    /// Adds `matrix` · `x`, (rows, model), to rows of the stream, normalised first where there is a `norm` for it.
    func addProduct(
        _ matrix: WeightMatrix, _ x: FloatRows, norm: FloatVector?, outlierThreshold: Float, rows: Range<Int>
    ) {
        guard let norm else {
            pool.multiply(
                matrix, x, into: stream[rows: rows], adding: true, activations: activations,
                outlierThreshold: outlierThreshold)
            return
        }
        let product = normed[rows: rows]
        pool.multiply(matrix, x, into: product, activations: activations, outlierThreshold: outlierThreshold)
        pool.rmsNorm(product, weight: norm, epsilon: weights.config.normEpsilon, into: product)
        pool.add(product, to: stream[rows: rows])
    }

    /// Writes a token's embedding into a row of the stream.
    private func embed(_ token: Int32, row: Int) throws(TransformerError) {
        let output = stream[rows: row..<row + 1]
        try weights.embedding.copyRow(token, to: output, through: &embeddingBytes)
        let scale = weights.config.embeddingScale
        guard scale != 1 else { return }
        output.withMutableRow(0) { row in
            for index in row.indices { row[index] *= scale }
        }
    }
}

/// Raised by anyone, on any thread, to stop a computation at its next look; it is never lowered.
public final class CancelFlag: Sendable {
    private let raised = Atomic(false)

    /// Makes a flag that is not raised.
    public init() {}

    /// Whether somebody has raised it.
    public var isRaised: Bool { raised.load(ordering: .relaxed) }

    /// Raises the flag, from any thread.
    public func raise() {
        raised.store(true, ordering: .relaxed)
    }
}
