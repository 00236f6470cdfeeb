internal import Kernels

/// Latents as the text has them to latents as the decoder wants them: couplings run backwards, in place.
final class LatentFlow {
    private let couplings: [VoiceWeights.Coupling]
    private let pool: WorkerPool
    private let (hidden, gates, skipped) = (RowBuffer(), RowBuffer(), RowBuffer())

    init(_ weights: VoiceWeights, pool: WorkerPool) {
        couplings = weights.couplings
        self.pool = pool
    }

    func run(_ latents: FloatRows) throws(KernelError) {
        let half = latents.width / 2
        let (first, second) = (latents[columns: 0..<half], latents[columns: half..<2 * half])
        for coupling in couplings {
            let (read, changed) = coupling.readsSecondHalf ? (second, first) : (first, second)
            let width = coupling.start.weights.rows
            let x = try hidden.rows(latents.count, width: width)
            let sum = try skipped.rows(latents.count, width: width)
            let gates = try gates.rows(latents.count, width: 2 * width)
            let (value, gate) = (gates[columns: 0..<width], gates[columns: width..<2 * width])
            pool.convolve(coupling.start, read, into: x)
            for (index, layer) in coupling.layers.enumerated() {
                pool.convolve(layer.gated, x, into: gates)
                pool.gatedTanh(value, gate: gate, into: value)
                if let residual = layer.residual { pool.convolve(residual, value, into: x, adding: true) }
                pool.convolve(layer.skip, value, into: sum, adding: index > 0)
            }
            pool.convolve(coupling.end, sum, into: changed, adding: true)
        }
    }
}
