internal import Glibc
internal import Kernels

/// Latents to samples of sound, some frames at a time: the sound is the same however it is cut.
final class WaveDecoder {
    private let weights: VoiceWeights
    private let pool: WorkerPool
    private let (started, sound) = (RowBuffer(), RowBuffer())
    private let stages: [StageBuffers]

    private struct StageBuffers {
        let raised = RowBuffer()
        /// A step reads what the one before has written.
        let steps = [RowBuffer(), RowBuffer()]
        let inner = RowBuffer()
        let sum = RowBuffer()
    }

    /// Rows of a stage's whole length, of which a matrix holds some.
    private struct Stretch {
        var rows: FloatRows
        var range: Range<Int>
    }

    private static let slope: Float = 0.1
    /// Of the last activation: PyTorch's default.
    private static let lastSlope: Float = 0.01

    init(_ weights: VoiceWeights, pool: WorkerPool) {
        self.weights = weights
        self.pool = pool
        stages = weights.stages.map { _ in StageBuffers() }
    }

    /// Samples of frames `frames` of `latents`, -1 ... 1.
    func samples(of frames: Range<Int>, _ latents: FloatRows) throws(KernelError) -> [Float] {
        // From the end to the start: which moments each stage has to make.
        var lengths = [latents.count]
        for stage in weights.stages { lengths.append(lengths[lengths.count - 1] * stage.upsampling.stride) }
        let scale = weights.samplesPerFrame
        let wanted = frames.lowerBound * scale..<frames.upperBound * scale
        var needed = [wide(wanted, by: weights.decoderEnd.reach, within: lengths[stages.count])]
        for (index, stage) in weights.stages.enumerated().reversed() {
            let raised = wide(needed[0], by: stage.reach, within: lengths[index + 1])
            needed.insert(sources(of: raised, stage.upsampling, within: lengths[index]), at: 0)
        }

        var current = Stretch(rows: latents, range: 0..<latents.count)
        let rows = try started.rows(needed[0].count, width: weights.decoderStart.weights.rows)
        convolve(weights.decoderStart, current, slope: 1, needed[0], into: rows)
        current = Stretch(rows: rows, range: needed[0])
        for index in stages.indices {
            current = try run(index, current, making: needed[index + 1], within: lengths[index + 1])
        }
        let output = try sound.rows(wanted.count, width: 1)
        convolve(weights.decoderEnd, current, slope: Self.lastSlope, wanted, into: output)
        return (0..<wanted.count).map { row in output.withRow(row) { tanhf($0[0]) } }
    }

    private func run(
        _ index: Int, _ input: Stretch, making range: Range<Int>, within length: Int
    ) throws(KernelError) -> Stretch {
        let (stage, buffers) = (weights.stages[index], stages[index])
        let whole = wide(range, by: stage.reach, within: length)
        let raised = try raise(stage.upsampling, input, to: whole, buffers)
        let sum = try buffers.sum.rows(whole.count, width: raised.width)
        for (number, block) in stage.blocks.enumerated() {
            var x = raised
            for (position, step) in block.steps.enumerated() {
                // The last step adds to the sum of the blocks.
                let isLast = position == block.steps.count - 1
                let output = isLast ? sum : try buffers.steps[position % 2].rows(whole.count, width: raised.width)
                var source = x
                for layer in step.dropLast() {
                    let inner = try buffers.inner.rows(whole.count, width: raised.width)
                    pool.convolve(layer, source, slope: Self.slope, into: inner)
                    source = inner
                }
                if let layer = step.last {
                    pool.convolve(
                        layer, source, slope: Self.slope, into: output, residual: x, adding: isLast && number > 0)
                }
                x = output
            }
        }
        let start = range.lowerBound - whole.lowerBound
        return Stretch(rows: sum[rows: start..<start + range.count], range: range)
    }

    private func raise(
        _ layer: Upsampling, _ input: Stretch, to range: Range<Int>, _ buffers: StageBuffers
    ) throws(KernelError) -> FloatRows {
        let moments =
            (range.lowerBound + layer.padding) / layer.stride..<(range.upperBound - 1 + layer.padding) / layer.stride
            + 1
        let raised = try buffers.raised.rows(moments.count * layer.stride, width: layer.outputs)
        let (rows, before) = held(input, from: moments.lowerBound - (layer.taps - 1))
        pool.convolve(
            layer.weights, taps: layer.taps, rows, before: before, slope: Self.slope,
            into: raised.joined(by: layer.stride), bias: layer.bias)
        let start = range.lowerBound + layer.padding - moments.lowerBound * layer.stride
        return raised[rows: start..<start + range.count]
    }

    /// `output` = moments `range` of the convolution, for which `input` holds what is needed.
    private func convolve(
        _ layer: DenseConvolution, _ input: Stretch, slope: Float, _ range: Range<Int>, into output: FloatRows
    ) {
        let (rows, before) = held(input, from: range.lowerBound - layer.reach)
        pool.convolve(
            layer.weights, taps: layer.taps, dilation: layer.dilation, rows, before: before, slope: slope,
            into: output, bias: layer.bias)
    }

    /// The rows of `input` from `moment` on, and how many moments lie before the first of them.
    private func held(_ input: Stretch, from moment: Int) -> (rows: FloatRows, before: Int) {
        let skipped = max(0, moment - input.range.lowerBound)
        return (
            input.rows[rows: skipped..<input.range.count], max(0, input.range.lowerBound - moment)
        )
    }

    private func wide(_ range: Range<Int>, by reach: Int, within length: Int) -> Range<Int> {
        max(0, range.lowerBound - reach)..<min(length, range.upperBound + reach)
    }

    /// Moments from which those of `range` are made.
    private func sources(of range: Range<Int>, _ layer: Upsampling, within length: Int) -> Range<Int> {
        let first = (range.lowerBound + layer.padding) / layer.stride - (layer.taps - 1)
        return max(0, first)..<min(length, (range.upperBound - 1 + layer.padding) / layer.stride + 1)
    }
}
