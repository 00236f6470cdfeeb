internal import Foundation

/// A logistic regression with a ridge, over standardised features.
struct LogisticModel: Sendable, Hashable, Codable {
    /// Of each feature, over the training answers.
    var mean: [Double]
    var scale: [Double]
    var weights: [Double]
    var bias: Double

    /// The log-odds of being right.
    func logit(_ features: [Double]) -> Double {
        var sum = bias
        for index in weights.indices { sum += weights[index] * (features[index] - mean[index]) / scale[index] }
        return sum
    }

    /// Fits by Newton's method; deterministic.
    ///
    /// - Parameters:
    ///   - rows: (answers, features), not empty.
    ///   - ridge: the penalty on each squared weight, in answers (> 0). The bias has none.
    ///   - isBalanced: whether right and wrong answers count the same in all, however many there are of each. The log-odds of
    ///     fits to different answers can then be compared: they do not hold how often those were right.
    static func fit(
        _ rows: [[Double]], _ labels: [Bool], ridge: Double, isBalanced: Bool = false
    ) -> LogisticModel {
        precondition(!rows.isEmpty && rows.count == labels.count)
        let width = rows[0].count
        var mean = [Double](repeating: 0, count: width)
        var scale = mean
        for index in 0..<width {
            let column = rows.map { $0[index] }
            mean[index] = column.reduce(0, +) / Double(rows.count)
            let variance = column.reduce(0) { $0 + ($1 - mean[index]) * ($1 - mean[index]) } / Double(rows.count)
            // A feature that never varies has nothing to say.
            scale[index] = variance > 1e-12 ? variance.squareRoot() : 1
        }
        // The last column carries the bias.
        let design = rows.map { row in (0..<width).map { (row[$0] - mean[$0]) / scale[$0] } + [1] }
        let weights = newton(design, labels, masses(of: labels, isBalanced), ridge: ridge)
        return LogisticModel(mean: mean, scale: scale, weights: Array(weights.dropLast()), bias: weights[width])
    }

    /// How much a wrong and a right answer count.
    private static func masses(of labels: [Bool], _ isBalanced: Bool) -> (wrong: Double, right: Double) {
        guard isBalanced else { return (1, 1) }
        let right = labels.count(where: \.self)
        let half = Double(labels.count) / 2
        return (half / Double(max(1, labels.count - right)), half / Double(max(1, right)))
    }

    private static let mostSteps = 25

    private static func newton(
        _ design: [[Double]], _ labels: [Bool], _ masses: (wrong: Double, right: Double), ridge: Double
    ) -> [Double] {
        let width = design[0].count
        var weights = [Double](repeating: 0, count: width)
        for _ in 0..<mostSteps {
            var gradient = weights.map { -ridge * $0 }
            gradient[width - 1] = 0
            var hessian = [Double](repeating: 0, count: width * width)
            for (row, label) in zip(design, labels) {
                var logit = 0.0
                for index in 0..<width { logit += weights[index] * row[index] }
                let probability = sigmoid(logit)
                let mass = label ? masses.right : masses.wrong
                let error = mass * ((label ? 1 : 0) - probability)
                let weight = mass * max(probability * (1 - probability), 1e-6)
                for i in 0..<width {
                    gradient[i] += error * row[i]
                    let scaled = weight * row[i]
                    for j in 0...i { hessian[i * width + j] += scaled * row[j] }
                }
            }
            for index in 0..<width { hessian[index * width + index] += index < width - 1 ? ridge : 1e-9 }
            let step = solve(&hessian, gradient, width)
            // Far steps overshoot where the classes are separable.
            let longest = step.reduce(0) { max($0, abs($1)) }
            let shrink = longest > 2 ? 2 / longest : 1
            for index in 0..<width { weights[index] += shrink * step[index] }
            if longest < 1e-8 { break }
        }
        return weights
    }

    /// Solves a positive definite system by Cholesky's method; `matrix` is its lower triangle (width, width) row-major.
    private static func solve(_ matrix: inout [Double], _ right: [Double], _ width: Int) -> [Double] {
        for i in 0..<width {
            for j in 0...i {
                var sum = matrix[i * width + j]
                for k in 0..<j { sum -= matrix[i * width + k] * matrix[j * width + k] }
                matrix[i * width + j] = i == j ? max(sum, 1e-12).squareRoot() : sum / matrix[j * width + j]
            }
        }
        var solution = right
        for i in 0..<width {
            for k in 0..<i { solution[i] -= matrix[i * width + k] * solution[k] }
            solution[i] /= matrix[i * width + i]
        }
        for i in stride(from: width - 1, through: 0, by: -1) {
            for k in i + 1..<max(width, i + 1) { solution[i] -= matrix[k * width + i] * solution[k] }
            solution[i] /= matrix[i * width + i]
        }
        return solution
    }
}

/// 1 / (1 + e^-x)
func sigmoid(_ logit: Double) -> Double { 1 / (1 + exp(-logit)) }
