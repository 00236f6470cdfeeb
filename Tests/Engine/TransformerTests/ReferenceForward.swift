import Foundation
import Kernels

@testable import Transformer

/// The forward pass of a model in double precision, as plainly as it can be written: no cache, no batches, no kernels.
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
        let queries = inputs.enumerated().map { rotate(project("attn_q", $1, block), position: $0) }
        let keys = inputs.enumerated().map { rotate(project("attn_k", $1, block), position: $0) }
        let values = inputs.map { project("attn_v", $0, block) }
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

    /// Q, K or V of one token, with the family's bias and norm of each head.
    private func project(_ name: String, _ input: [Double], _ block: String) -> [Double] {
        let product = multiply(block + name + ".weight", input)
        let biased =
            model.family.hasAttentionBias
            ? add(product, model.values(block + name + ".bias").map(Double.init)) : product
        guard model.family.hasHeadNorm, name != "attn_v" else { return biased }
        return (0..<biased.count / model.head).flatMap { norm(part(biased, $0), block + name + "_norm.weight") }
    }

    /// RoPE on each head: neighbours, or elements half a head apart.
    private func rotate(_ row: [Double], position: Int) -> [Double] {
        var rotated = row
        let half = model.head / 2
        for start in stride(from: 0, to: row.count, by: model.head) {
            for pair in 0..<half {
                let angle = Double(position) * pow(Double(model.rotaryBase), -Double(pair) / Double(half))
                let isHalves = model.family.rotaryStyle == .halves
                let (first, second) =
                    isHalves ? (start + pair, start + pair + half) : (start + 2 * pair, start + 2 * pair + 1)
                rotated[first] = row[first] * cos(angle) - row[second] * sin(angle)
                rotated[second] = row[first] * sin(angle) + row[second] * cos(angle)
            }
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
