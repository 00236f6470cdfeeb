import Foundation

/// The forward pass of a Llama in double precision, as plainly as it can be written: no cache, no batches, no kernels.
struct ReferenceForward {
    let model: TinyModel

    /// Logits of every token: (tokens, vocabulary).
    func logits(_ tokens: [Int]) -> [[Double]] {
        let embedding = matrix("token_embd.weight", columns: model.model)
        var stream = tokens.map { embedding[$0] }
        for layer in 0..<model.layers {
            let block = "blk.\(layer)."
            let attended = attend(stream.map { norm($0, block + "attn_norm.weight") }, block)
            for position in stream.indices { stream[position] = add(stream[position], attended[position]) }
            for position in stream.indices {
                let input = norm(stream[position], block + "ffn_norm.weight")
                let gate = multiply(block + "ffn_gate.weight", input)
                let up = multiply(block + "ffn_up.weight", input)
                let activated = zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 }
                stream[position] = add(stream[position], multiply(block + "ffn_down.weight", activated))
            }
        }
        let head = model.isTied ? "token_embd.weight" : "output.weight"
        return stream.map { multiply(head, norm($0, "output_norm.weight")) }
    }

    private func attend(_ inputs: [[Double]], _ block: String) -> [[Double]] {
        let queries = inputs.enumerated().map { rotate(multiply(block + "attn_q.weight", $1), position: $0) }
        let keys = inputs.enumerated().map { rotate(multiply(block + "attn_k.weight", $1), position: $0) }
        let values = inputs.map { multiply(block + "attn_v.weight", $0) }
        return inputs.indices.map { position in
            let heads = (0..<model.heads).flatMap { head -> [Double] in
                let kv = head / (model.heads / model.kvHeads)
                let query = part(queries[position], head)
                let scores = (0...position).map { seen in
                    zip(query, part(keys[seen], kv)).reduce(0) { $0 + $1.0 * $1.1 } / Double(model.head).squareRoot()
                }
                let largest = scores.max() ?? 0
                let weights = scores.map { exp($0 - largest) }
                let total = weights.reduce(0, +)
                return (0..<model.head).map { element in
                    zip(weights, values).reduce(0) { $0 + $1.0 / total * part($1.1, kv)[element] }
                }
            }
            return multiply(block + "attn_output.weight", heads)
        }
    }

    private func part(_ row: [Double], _ head: Int) -> [Double] {
        Array(row[head * model.head..<(head + 1) * model.head])
    }

    /// RoPE on neighbours of each head.
    private func rotate(_ row: [Double], position: Int) -> [Double] {
        var rotated = row
        for start in stride(from: 0, to: row.count, by: 2) {
            let exponent = -Double(start % model.head) / Double(model.head)
            let angle = Double(position) * pow(Double(model.rotaryBase), exponent)
            rotated[start] = row[start] * cos(angle) - row[start + 1] * sin(angle)
            rotated[start + 1] = row[start] * sin(angle) + row[start + 1] * cos(angle)
        }
        return rotated
    }

    private func norm(_ row: [Double], _ name: String) -> [Double] {
        let meanSquare = row.reduce(0) { $0 + $1 * $1 } / Double(row.count)
        let factor = 1 / (meanSquare + Double(model.normEpsilon)).squareRoot()
        return zip(row, model.values(name)).map { $0 * factor * Double($1) }
    }

    private func matrix(_ name: String, columns: Int) -> [[Double]] {
        let values = model.values(name)
        return stride(from: 0, to: values.count, by: columns).map { values[$0..<$0 + columns].map(Double.init) }
    }

    private func multiply(_ name: String, _ input: [Double]) -> [Double] {
        matrix(name, columns: input.count).map { row in zip(row, input).reduce(0) { $0 + $1.0 * $1.1 } }
    }

    private func add(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(+) }
}
