internal import Glibc
internal import Kernels

/// How long each phoneme takes: a flow of splines run backwards from noise, held to the text's states.
final class DurationPredictor {
    private let weights: VoiceWeights.DurationPredictor
    private let width: Int
    private let pool: WorkerPool
    private let (condition, state, between, mixed, knots) = (
        RowBuffer(), RowBuffer(), RowBuffer(), RowBuffer(), RowBuffer()
    )

    init(_ weights: VoiceWeights, pool: WorkerPool) {
        self.weights = weights.durations
        self.width = weights.width
        self.pool = pool
    }

    /// Natural logarithms of the durations in frames.
    /// - Parameter noise: two numbers for each phoneme.
    func logarithms(_ states: FloatRows, noise: (first: [Float], second: [Float])) throws(KernelError) -> [Float] {
        let condition = try condition.rows(states.count, width: width)
        let start = try between.rows(states.count, width: width)
        pool.convolve(weights.start, states, into: start)
        try run(weights.stack, start)
        pool.convolve(weights.projection, start, into: condition)

        // The two channels change places before each flow.
        var (first, second) = (noise.second, noise.first)
        for (index, flow) in weights.flows.enumerated() {
            if index > 0 { swap(&first, &second) }
            try invert(flow, condition, given: first, &second)
        }
        return second.map { ($0 - weights.mean) * weights.factor }
    }

    private func invert(
        _ flow: VoiceWeights.SplineFlow, _ condition: FloatRows, given: [Float], _ values: inout [Float]
    ) throws(KernelError) {
        let x = try between.rows(given.count, width: width)
        for (row, value) in given.enumerated() {
            condition.withRow(row) { condition in
                x.withMutableRow(row) { x in
                    for column in 0..<width {
                        x[column] = flow.scale[column] * value + flow.shift[column] + condition[column]
                    }
                }
            }
        }
        try run(flow.stack, x)
        let knots = try knots.rows(given.count, width: 3 * VoiceWeights.splineBins - 1)
        pool.convolve(flow.projection, x, into: knots)
        for row in given.indices {
            knots.withRow(row) { values[row] = RationalSpline.inverse(of: values[row], parameters: $0) }
        }
    }

    /// x += GELU(norm(mix(GELU(norm(neighbours(x)))))), three times with growing distance.
    private func run(_ stack: VoiceWeights.DepthwiseStack, _ x: FloatRows) throws(KernelError) {
        let (y, mixed) = (try state.rows(x.count, width: width), try mixed.rows(x.count, width: width))
        for index in stack.depthwise.indices {
            gather(stack.depthwise[index], x, into: y)
            pool.normalise(y, stack.depthwiseNorms[index])
            pool.gelu(y, into: y)
            pool.convolve(stack.pointwise[index], y, into: mixed)
            pool.normalise(mixed, stack.pointwiseNorms[index])
            pool.gelu(mixed, into: mixed)
            pool.add(mixed, to: x)
        }
    }

    private func gather(_ layer: DepthwiseConvolution, _ x: FloatRows, into output: FloatRows) {
        let middle = layer.taps.count / 2
        for row in 0..<x.count {
            output.withMutableRow(row) { output in
                for column in 0..<width { output[column] = layer.bias[column] }
                for (tap, factors) in layer.taps.enumerated() {
                    let source = row + (tap - middle) * layer.dilation
                    guard 0..<x.count ~= source else { continue }
                    x.withRow(source) { x in
                        for column in 0..<width { output[column] += factors[column] * x[column] }
                    }
                }
            }
        }
    }
}

/// A monotonic piecewise rational quadratic function on -5 ... 5, and the identity outside.
///
/// Source: Durkan and others, "Neural Spline Flows" (2019), with the tails and the smallest bins that VITS uses.
enum RationalSpline {
    private static let bound: Float = 5
    private static let smallest: Float = 1e-3

    /// The place where the spline has the value `y`.
    /// - Parameter parameters: widths, heights and inner slopes before they are made positive: 3 · bins - 1.
    static func inverse(of y: Float, parameters: Span<Float>) -> Float {
        guard y >= -bound, y <= bound else { return y }
        let bins = (parameters.count + 1) / 3
        let widths = knots(parameters, 0..<bins)
        let heights = knots(parameters, bins..<2 * bins)
        var bin = 0
        while bin + 1 < bins, y >= heights[bin + 1] { bin += 1 }
        let left = bin > 0 ? slope(parameters[2 * bins + bin - 1]) : 1
        let right = bin + 1 < bins ? slope(parameters[2 * bins + bin]) : 1
        let (width, height) = (widths[bin + 1] - widths[bin], heights[bin + 1] - heights[bin])
        let mean = height / width
        let above = y - heights[bin]
        let bend = left + right - 2 * mean
        let a = above * bend + height * (mean - left)
        let b = height * left - above * bend
        let c = -mean * above
        let discriminant = max(b * b - 4 * a * c, 0)
        return 2 * c / (-b - discriminant.squareRoot()) * width + widths[bin]
    }

    /// Softplus, so that a slope is positive.
    private static func slope(_ value: Float) -> Float { smallest + (value > 20 ? value : log1pf(expf(value))) }

    /// Shares of the whole, none too small, summed up from -bound to bound.
    private static func knots(_ parameters: Span<Float>, _ range: Range<Int>) -> [Float] {
        var largest = -Float.infinity
        for index in range { largest = max(largest, parameters[index]) }
        var shares = range.map { expf(parameters[$0] - largest) }
        let sum = shares.reduce(0, +)
        shares = shares.map { smallest + (1 - smallest * Float(range.count)) * $0 / sum }
        var knots: [Float] = [-bound]
        var total: Float = 0
        for share in shares {
            total += share
            knots.append(2 * bound * total - bound)
        }
        knots[range.count] = bound
        return knots
    }
}
