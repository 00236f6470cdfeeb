internal import Glibc
internal import Kernels

/// Which experts the rows of a pass are given to, and with which share. All memory is taken when it is made. For one thread at
/// a time.
final class ExpertRouting {
    private let config: ExpertConfig
    private let style: Architecture.Experts
    /// Scores of all experts: (batch, experts)
    let scores: FloatMatrix
    /// Rows that are given to one expert, one behind the other: (batch, model)
    let gathered: FloatMatrix
    /// What the expert makes of them: (batch, model)
    let made: FloatMatrix
    /// The share of each expert in each row, 0 where it was not chosen: (batch, experts)
    private var shares: [Float]
    /// Shares of one row, before the choice.
    private var candidates: [Float]
    /// The rows that an expert was given, ascending, and their shares.
    private(set) var rows: [(row: Int, share: Float)] = []

    init(_ config: ExpertConfig, _ model: ModelConfig, batch: Int) throws(KernelError) {
        self.config = config
        style =
            model.architecture.experts
            ?? Architecture.Experts(gating: .softmax, hasBias: false, hasPlainWidth: true, isRequired: false)
        scores = try FloatMatrix(rows: batch, columns: config.count)
        gathered = try FloatMatrix(rows: batch, columns: model.modelDimension)
        made = try FloatMatrix(rows: batch, columns: model.modelDimension)
        shares = Array(repeating: 0, count: batch * config.count)
        candidates = Array(repeating: 0, count: config.count)
        rows.reserveCapacity(batch)
    }

    /// Chooses for each of the first `count` rows by its scores. Of equal ones the first is chosen.
    func choose(_ count: Int, bias: FloatVector?) {
        for row in 0..<count {
            shareOut(row)
            var (chosen, sum) = (0, Float(0))
            while chosen < config.used, let best = best(bias) {
                let share = candidates[best]
                shares[row * config.count + best] = share
                // Chosen once.
                candidates[best] = -1
                sum += share
                chosen += 1
            }
            let factor = 1 / max(sum, 6.103515625e-5)
            for expert in 0..<config.count { shares[row * config.count + expert] *= factor }
        }
    }

    /// Fills ``rows`` with those of the first `count` that `expert` was chosen for.
    func find(_ expert: Int, in count: Int) {
        rows.removeAll(keepingCapacity: true)
        for row in 0..<count where shares[row * config.count + expert] > 0 {
            rows.append((row, shares[row * config.count + expert]))
        }
    }

    /// Makes candidates of a row's scores, and clears its shares.
    private func shareOut(_ row: Int) {
        let start = row * config.count
        scores[rows: row..<row + 1].withRow(0) { scores in
            var largest = -Float.infinity
            for expert in scores.indices { largest = max(largest, scores[expert]) }
            var sum: Float = 0
            for expert in scores.indices {
                shares[start + expert] = 0
                candidates[expert] =
                    style.gating == .softmax ? exp(scores[expert] - largest) : 1 / (1 + exp(-scores[expert]))
                sum += candidates[expert]
            }
            guard style.gating == .softmax else { return }
            for expert in scores.indices { candidates[expert] /= sum }
        }
    }

    /// The candidate with the largest share, or share and bias; `nil` where none is left that is a number.
    private func best(_ bias: FloatVector?) -> Int? {
        guard let bias else { return largest { candidates[$0] } }
        return bias.withSpan { bias in largest { candidates[$0] + bias[$0] } }
    }

    private func largest(_ value: (Int) -> Float) -> Int? {
        var best: (expert: Int, value: Float)?
        for expert in 0..<config.count where candidates[expert] >= 0 {
            let value = value(expert)
            if value > best?.value ?? -.infinity { best = (expert, value) }
        }
        return best?.expert
    }
}

extension Session {
    /// What the experts make of normed rows, by their shares, added to the stream: expert after expert, so that a row's sum does
    /// not depend on the rows beside it.
    func addExperts(_ experts: ExpertWeights, rows: Range<Int>) {
        guard let routing else { return }
        let scores = routing.scores[rows: 0..<rows.count]
        // (rows, model) x (model, experts)
        pool.multiply(experts.router, normed[rows: rows], into: scores, activations: .f32, outlierThreshold: .infinity)
        routing.choose(rows.count, bias: experts.bias)
        for expert in experts.experts.indices {
            routing.find(expert, in: rows.count)
            let count = routing.rows.count
            if count == 0 { continue }
            let gathered = routing.gathered[rows: 0..<count]
            for place in 0..<count {
                let row = rows.lowerBound + routing.rows[place].row
                gathered.copyRow(place, from: normed[rows: row..<row + 1])
            }
            let gate = activated(experts.experts[expert], gathered, in: wide[rows: 0..<count])
            let made = routing.made[rows: 0..<count]
            // (count, width) x (width, model)
            pool.multiply(
                experts.experts[expert].down, gate, into: made, activations: activations,
                outlierThreshold: OutlierThreshold.down)
            for place in 0..<count {
                let (row, share) = routing.rows[place]
                stream[rows: rows.lowerBound + row..<rows.lowerBound + row + 1].add(made, row: place, share: share)
            }
        }
    }
}

extension FloatRows {
    /// Adds a share of another view's row to the first.
    fileprivate func add(_ other: FloatRows, row: Int, share: Float) {
        withMutableRow(0) { sum in
            other.withRow(row) { values in
                for index in sum.indices { sum[index] += share * values[index] }
            }
        }
    }
}
