internal import Kernels
internal import Transformer

extension LocalEngine {
    /// How far the fast activations, and keys and values as the model was loaded with them, lie from F32 activations with
    /// keys and values in F16: the Kullback–Leibler divergence, in nats, of the distribution before each token of `output`,
    /// teacher-forced after `prompt`.
    ///
    /// Computes everything twice, once slowly. Throws as ``logProbabilities(prompt:output:)`` does.
    package func divergence(prompt: [Int32], output: [Int32]) throws -> [Double] {
        try check(prompt: prompt, output: output)
        guard !output.isEmpty else { return [] }
        return try computing {
            let length = prompt.count + output.count
            let exact = try model.makeSession(contextLength: length, activations: .f32, keyValues: .f16)
            let fast = try model.makeSession(contextLength: length, activations: .quantised)
            var values: [Double] = []
            try exact.evaluate(prompt.dropLast())
            try fast.evaluate(prompt.dropLast())
            var rest = prompt.suffix(1) + output.dropLast()
            while !rest.isEmpty {
                let batch = rest.prefix(Session.logitBatch)
                rest = rest.dropFirst(batch.count)
                // Rows stay as they are until the session's next batch.
                var rows: [FloatRows] = []
                try exact.evaluateAll(batch) { _, logits in rows.append(logits) }
                try fast.evaluateAll(batch) { row, logits in
                    values.append(relativeEntropy(of: rows[row], from: logits))
                }
            }
            return values
        }
    }
}
