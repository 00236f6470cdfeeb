internal import Glibc
internal import Kernels

/// Sound in, log-mel frames out, as the sound comes. For one thread at a time.
///
/// Frame `t` is centred on sample `160 t`. Before the first sample the sound is mirrored, after the last it is silent, as
/// OpenAI's front end has it.
final class MelStream {
    private let front: LogMel
    private let pool: WorkerPool
    /// log10 of the mel bands' energies, at least −10, (frames from ``firstFrame`` on, bands) row-major.
    private(set) var values: [Float] = []
    /// Frames before this one were forgotten.
    private(set) var firstFrame = 0
    private(set) var sampleCount = 0

    /// Sound from the first sample that the next frame sees.
    private var pending: [Float] = []
    private let sound: FloatMatrix
    private let spectrum: FloatMatrix
    private let power: FloatMatrix
    private let energies: FloatMatrix

    private static let framesAtOnce = 256

    init(_ front: LogMel, pool: WorkerPool) throws(KernelError) {
        self.front = front
        self.pool = pool
        sound = try FloatMatrix(rows: Self.framesAtOnce + 2, columns: LogMel.hop)
        spectrum = try FloatMatrix(rows: Self.framesAtOnce, columns: 2 * LogMel.bins)
        power = try FloatMatrix(rows: Self.framesAtOnce, columns: LogMel.bins)
        energies = try FloatMatrix(rows: Self.framesAtOnce, columns: front.bands)
    }

    /// Frames that are complete.
    var frameCount: Int { firstFrame + values.count / front.bands }

    /// The values of some frames that were not forgotten.
    func logs(_ frames: Range<Int>) -> ArraySlice<Float> {
        values[(frames.lowerBound - firstFrame) * front.bands..<(frames.upperBound - firstFrame) * front.bands]
    }

    /// Gives the memory of earlier frames back.
    func forget(before frame: Int) {
        let count = min(frame, frameCount) - firstFrame
        guard count > 0 else { return }
        values.removeFirst(count * front.bands)
        firstFrame += count
    }

    /// Takes the next samples, 16 kHz mono, and computes the frames they complete.
    func append(_ samples: some Collection<Float>) {
        pending.append(contentsOf: samples)
        let isStart = sampleCount <= LogMel.lead
        sampleCount += samples.count
        if isStart {
            guard sampleCount > LogMel.lead else { return }
            mirrorStart()
        }
        computeFrames()
    }

    /// Completes one frame for every 160 samples begun, as if silence followed. No sound can follow.
    func finish() {
        if sampleCount <= LogMel.lead { mirrorStart() }
        let total = (sampleCount + LogMel.hop - 1) / LogMel.hop
        let missing = (total - frameCount - 1) * LogMel.hop + LogMel.window - pending.count
        guard total > frameCount else { return }
        pending.append(contentsOf: repeatElement(0, count: max(0, missing)))
        computeFrames()
    }

    private func mirrorStart() {
        let mirrored = pending.dropFirst().prefix(LogMel.lead).reversed()
        pending = Array(repeating: 0, count: LogMel.lead - mirrored.count) + mirrored + pending
    }

    private func computeFrames() {
        var start = 0
        while pending.count - start >= LogMel.window {
            let count = min(Self.framesAtOnce, (pending.count - start - LogMel.window) / LogMel.hop + 1)
            load(pending[start...], frames: count)
            transform(count)
            start += count * LogMel.hop
        }
        pending.removeFirst(start)
    }

    /// Copies the sound of `frames` frames into rows of 160 samples.
    private func load(_ samples: ArraySlice<Float>, frames: Int) {
        let rows = sound[rows: 0..<frames + 2]
        for row in 0..<frames + 2 {
            let first = samples.startIndex + row * LogMel.hop
            let count = min(LogMel.hop, samples.endIndex - first)
            rows.withMutableRow(row) { output in
                for column in 0..<max(0, count) { output[column] = samples[first + column] }
            }
        }
    }

    private func transform(_ count: Int) {
        let output = spectrum[rows: 0..<count]
        for (part, matrix) in front.transform.enumerated() {
            let input = sound[rows: part..<part + count, columns: 0..<matrix.cols]
            pool.multiply(matrix, input, into: output, adding: part > 0)
        }
        let squares = power[rows: 0..<count]
        for frame in 0..<count {
            output.withRow(frame) { complex in
                squares.withMutableRow(frame) { power in
                    for bin in 0..<LogMel.bins {
                        let (real, imaginary) = (complex[bin], complex[LogMel.bins + bin])
                        power[bin] = real * real + imaginary * imaginary
                    }
                }
            }
        }
        let bands = energies[rows: 0..<count]
        pool.multiply(front.filters, squares, into: bands)
        for frame in 0..<count {
            bands.withRow(frame) { energies in
                for band in 0..<front.bands { values.append(log10(max(energies[band], 1e-10))) }
            }
        }
    }
}
