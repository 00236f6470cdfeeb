internal import Glibc
internal import Kernels

/// Latents to samples of sound, some frames at a time: the sound is the same however it is cut.
final class WaveDecoder {
    private let weights: VoiceWeights
    private let pool: WorkerPool
    private let (padded, sound) = (RowBuffer(), RowBuffer())
    private let started = RowBuffer()
    private let stages: [StageBuffers]

    private struct StageBuffers {
        let raised = RowBuffer()
        let step = RowBuffer()
        let inner = RowBuffer()
        let sum = RowBuffer()
        let padded = RowBuffer()
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
        try convolve(weights.decoderStart, current, length: latents.count, slope: 1, padded, needed[0], into: rows)
        current = Stretch(rows: rows, range: needed[0])
        for index in stages.indices {
            current = try run(index, current, making: needed[index + 1], within: lengths[index + 1])
        }
        let output = try sound.rows(wanted.count, width: 1)
        try convolve(
            weights.decoderEnd, current, length: lengths[stages.count], slope: Self.lastSlope, padded, wanted,
            into: output)
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
                let isLast = position == block.steps.count - 1
                // The last step adds to the sum of the blocks, the others to a copy.
                let output = isLast ? sum : try buffers.step.rows(whole.count, width: raised.width)
                if isLast, number > 0 {
                    pool.add(x, to: output)
                } else if position == 0 || isLast {
                    pool.pad(x, into: output)
                }
                var source = x
                for (place, layer) in step.enumerated() {
                    let ends = place == step.count - 1
                    let target = ends ? output : try buffers.inner.rows(whole.count, width: raised.width)
                    try pool.convolve(
                        layer, source, padding: buffers.padded, slope: Self.slope, into: target, adding: ends)
                    source = target
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
        let source = moments.lowerBound - (layer.taps - 1)..<moments.upperBound
        let padded = try buffers.padded.rows(source.count, width: input.rows.width)
        copy(input, covering: source, slope: Self.slope, into: padded)
        let raised = try buffers.raised.rows(moments.count * layer.stride, width: layer.outputs)
        pool.convolve(layer.weights, taps: layer.taps, padded, into: raised.joined(by: layer.stride), bias: layer.bias)
        let start = range.lowerBound + layer.padding - moments.lowerBound * layer.stride
        return raised[rows: start..<start + range.count]
    }

    /// `output` = moments `range` of the convolution of all `length`, of which `input` holds what is needed.
    private func convolve(
        _ layer: DenseConvolution, _ input: Stretch, length: Int, slope: Float, _ buffer: RowBuffer,
        _ range: Range<Int>, into output: FloatRows
    ) throws(KernelError) {
        let source = range.lowerBound - layer.reach..<range.upperBound + layer.reach
        let padded = try buffer.rows(source.count, width: input.rows.width)
        copy(input, covering: source, slope: slope, into: padded)
        pool.convolve(layer, padded, into: output)
    }

    /// Moments `range`, zeros where there are none.
    private func copy(_ input: Stretch, covering range: Range<Int>, slope: Float, into output: FloatRows) {
        let held = range.clamped(to: input.range)
        let start = held.lowerBound - input.range.lowerBound
        pool.pad(
            input.rows[rows: start..<start + held.count], before: held.lowerBound - range.lowerBound, slope: slope,
            into: output)
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
