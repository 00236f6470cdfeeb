import Foundation
import Kernels

@testable import Transformer

/// The forward pass of a model in double precision, as plainly as it can be written: no cache, no batches, no kernels.
struct ReferenceForward {
    let model: TinyModel

    private var family: Architecture { model.family }
    private var embeddingScale: Double {
        let root = family.scalesEmbedding ? Double(model.model).squareRoot() : 1
        return family.hasMultipliers ? Double(model.multipliers.embedding) : root
    }
    private var residual: Double { family.hasMultipliers ? Double(model.multipliers.residual) : 1 }
    private var attention: Double {
        family.hasMultipliers ? Double(model.multipliers.attention) : 1 / Double(model.head).squareRoot()
    }
    private var logitScale: Double { family.hasMultipliers ? 1 / Double(model.multipliers.logitDivisor) : 1 }

    /// Logits of every token: (tokens, vocabulary).
    func logits(_ tokens: [Int]) -> [[Double]] {
        let embedding = matrix("token_embd.weight", columns: model.model)
        var stream = tokens.map { embedding[$0].map { $0 * embeddingScale } }
        for layer in 0..<model.layers {
            let block = "blk.\(layer)."
            let input = stream.map { norm($0, block + "attn_norm.weight") }
            let mixed = model.attends(layer) ? attend(input, layer) : recur(input, block)
            for position in stream.indices {
                let added = postNorm(mixed[position], block + "post_attention_norm.weight")
                stream[position] = add(stream[position], added.map { $0 * residual })
            }
            for position in stream.indices {
                let input = norm(stream[position], block + family.feedForwardNorm + ".weight")
                var made = model.hasExperts(layer) ? experts(input, block) : Array(repeating: 0, count: model.model)
                for (ending, _) in model.plainWidths(layer) {
                    let gate = multiply(block + "ffn_gate\(ending).weight", input)
                    let up = multiply(block + "ffn_up\(ending).weight", input)
                    let activated = zip(gate, up).map { activate($0) * $1 }
                    made = add(made, multiply(block + "ffn_down\(ending).weight", activated))
                }
                let added = postNorm(made, block + "post_ffw_norm.weight")
                stream[position] = add(stream[position], added.map { $0 * residual })
            }
        }
        let head = model.isTied ? "token_embd.weight" : "output.weight"
        return stream.map { multiply(head, norm($0, family.outputNorm + ".weight")).map { $0 * logitScale } }
    }

    private func experts(_ input: [Double], _ block: String) -> [Double] {
        let scores = multiply(block + "ffn_gate_inp.weight", input)
        let total = scores.reduce(0) { $0 + exp($1) }
        let shares = scores.map { family.experts?.gating == .sigmoid ? sigmoid($0) : exp($0) / total }
        let biased = family.experts?.hasBias == true ? add(shares, values(block + "exp_probs_b.bias")) : shares
        let chosen = biased.indices.sorted { biased[$0] > biased[$1] }.prefix(model.experts.used)
        let sum = chosen.reduce(0) { $0 + shares[$1] }
        var made = Array(repeating: 0.0, count: model.model)
        for expert in chosen {
            func product(_ name: String, _ x: [Double], _ rows: Int) -> [Double] {
                let all = matrix(block + "ffn_\(name)_exps.weight", columns: x.count)
                return all[expert * rows..<(expert + 1) * rows].map { dot($0, x) }
            }
            let gate = product("gate", input, model.expertWidth)
            let activated = zip(gate, product("up", input, model.expertWidth)).map { activate($0) * $1 }
            made = add(made, product("down", activated, model.model).map { $0 * shares[expert] / sum })
        }
        return made
    }

    private func activate(_ x: Double) -> Double {
        switch family.activation {
        case .silu: x / (1 + exp(-x))
        case .gelu: x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        }
    }

    private func postNorm(_ row: [Double], _ name: String) -> [Double] { family.hasPostNorms ? norm(row, name) : row }

    private func attend(_ inputs: [[Double]], _ layer: Int) -> [[Double]] {
        let block = "blk.\(layer)."
        let isLocal = family.globalLayerInterval != nil && !(layer + 1).isMultiple(of: model.globalInterval)
        let isRotated = family.unrotatedLayerInterval.map { !(layer + 1).isMultiple(of: $0) } ?? true
        let base = isRotated ? Double(isLocal ? model.localRotaryBase : model.rotaryBase) : nil
        let gates = inputs.map { family.hasGatedAttention ? gate($0, block) : nil }
        let queries = inputs.enumerated().map { rotate(project("attn_q", $1, block), position: $0, base: base) }
        let keys = inputs.enumerated().map { rotate(project("attn_k", $1, block), position: $0, base: base) }
        let values = inputs.map { project("attn_v", $0, block) }
        return inputs.indices.map { position in
            let first = isLocal ? max(0, position + 1 - model.window) : 0
            let heads = (0..<model.heads).flatMap { head -> [Double] in
                let kv = head / (model.heads / model.kvHeads)
                let query = part(queries[position], head)
                let scores = (first...position).map { seen in
                    zip(query, part(keys[seen], kv)).reduce(0) { $0 + $1.0 * $1.1 } * attention
                }
                let largest = scores.max() ?? 0
                let weights = scores.map { exp($0 - largest) }
                let total = weights.reduce(0, +)
                return (0..<model.head).map { element in
                    zip(weights, values[first...]).reduce(0) { $0 + $1.0 / total * part($1.1, kv)[element] }
                }
            }
            let gated = gates[position].map { zip(heads, $0).map { $0 * sigmoid($1) } } ?? heads
            return multiply(block + "attn_output.weight", gated)
        }
    }

    /// The second half of what the product for Q holds for each head.
    private func gate(_ input: [Double], _ block: String) -> [Double] {
        let product = multiply(block + "attn_q.weight", input)
        return (0..<model.heads).flatMap { part(product, 2 * $0 + 1) }
    }

    private func recur(_ inputs: [[Double]], _ block: String) -> [[Double]] {
        switch family.recurrence {
        case .deltaRule: deltaRule(inputs, block)
        case .stateSpace: stateSpace(inputs, block)
        case .shortConvolution, nil: shortConvolution(inputs, block)
        }
    }

    private func shortConvolution(_ inputs: [[Double]], _ block: String) -> [[Double]] {
        let width = model.model
        let projected = inputs.map { multiply(block + "shortconv.in_proj.weight", $0) }
        let columns = projected.map { row in (0..<width).map { row[$0] * row[2 * width + $0] } }
        let filtered = filter(columns, block + "shortconv.conv.weight")
        return zip(filtered, projected).map { filtered, row in
            multiply(block + "shortconv.out_proj.weight", zip(filtered, row[width...]).map { $0 * $1 })
        }
    }

    private func deltaRule(_ inputs: [[Double]], _ block: String) -> [[Double]] {
        let (size, heads, keys) = (model.state.size, model.state.heads, model.state.groups * model.state.size)
        let filtered = filter(inputs.map { multiply(block + "attn_qkv.weight", $0) }, block + "ssm_conv1d.weight")
            .map { $0.map(silu) }
        var states = Array(
            repeating: Array(repeating: Array(repeating: 0.0, count: size), count: size), count: heads)
        return zip(inputs, filtered).map { input, columns in
            let beta = multiply(block + "ssm_beta.weight", input).map(sigmoid)
            let alpha = add(multiply(block + "ssm_alpha.weight", input), values(block + "ssm_dt.bias"))
            let gate = multiply(block + "attn_gate.weight", input).map(silu)
            let given = (0..<heads).flatMap { head -> [Double] in
                let group = head % model.state.groups * size
                let query = unit(columns[group..<group + size])
                let key = unit(columns[keys + group..<keys + group + size])
                let keep = exp(values(block + "ssm_a")[head] * softplus(alpha[head]))
                let given = (0..<size).map { element in
                    let faded = states[head][element].map { $0 * keep }
                    let error = columns[2 * keys + head * size + element] - dot(faded, key)
                    states[head][element] = add(faded, key.map { $0 * error * beta[head] })
                    return dot(states[head][element], query) / Double(size).squareRoot()
                }
                return norm(given, block + "ssm_norm.weight")
            }
            return multiply(block + "ssm_out.weight", zip(given, gate).map { $0 * $1 })
        }
    }

    private func stateSpace(_ inputs: [[Double]], _ block: String) -> [[Double]] {
        let (inner, heads, size) = (model.inner, model.state.heads, model.state.size)
        let (shared, width) = (model.state.groups * size, model.inner / model.state.heads)
        let projected = inputs.map { multiply(block + "ssm_in.weight", $0) }
        let filtered = filter(
            projected.map { Array($0[inner..<inner + model.channels]) }, block + "ssm_conv1d.weight"
        ).map { add($0, values(block + "ssm_conv1d.bias")).map(silu) }
        var states = Array(repeating: Array(repeating: 0.0, count: size), count: inner)
        return zip(projected, filtered).map { row, columns in
            let steps = add(Array(row[(inner + model.channels)...]), values(block + "ssm_dt.bias")).map(softplus)
            let gated = (0..<inner).map { element in
                let (head, x) = (element / width, columns[element])
                let group = inner + head / (heads / model.state.groups) * size
                let keep = exp(values(block + "ssm_a")[head] * steps[head])
                let input = columns[group..<group + size].map { $0 * x * steps[head] }
                states[element] = add(states[element].map { $0 * keep }, input)
                let read = dot(states[element], Array(columns[group + shared..<group + shared + size]))
                return (read + values(block + "ssm_d")[head] * x) * silu(row[element])
            }
            let norms = values(block + "ssm_norm.weight")
            let part = inner / model.state.groups
            let output = (0..<model.state.groups).flatMap { group in
                let range = group * part..<(group + 1) * part
                return zip(normed(Array(gated[range])), norms[range]).map { $0 * $1 }
            }
            return multiply(block + "ssm_out.weight", output)
        }
    }

    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    private func silu(_ x: Double) -> Double { x * sigmoid(x) }
    private func softplus(_ x: Double) -> Double { log1p(exp(x)) }
    private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    private func unit(_ row: ArraySlice<Double>) -> [Double] {
        let length = (row.reduce(0) { $0 + $1 * $1 } + Double(model.normEpsilon)).squareRoot()
        return row.map { $0 / length }
    }

    private func values(_ name: String) -> [Double] { model.values(name).map(Double.init) }

    /// Each channel's filter over the columns up to each one; those before the first are zero.
    private func filter(_ columns: [[Double]], _ name: String) -> [[Double]] {
        let filters = matrix(name, columns: model.taps)
        return columns.indices.map { position in
            filters.indices.map { channel in
                (0..<min(model.taps, position + 1)).reduce(0) { sum, back in
                    sum + filters[channel][model.taps - 1 - back] * columns[position - back][channel]
                }
            }
        }
    }

    private func part(_ row: [Double], _ head: Int) -> [Double] {
        Array(row[head * model.head..<(head + 1) * model.head])
    }

    /// Q, K or V of one token, with the family's bias and norm of each head.
    private func project(_ name: String, _ input: [Double], _ block: String) -> [Double] {
        var product = multiply(block + name + ".weight", input)
        if family.hasGatedAttention, name == "attn_q" {
            product = (0..<model.heads).flatMap { part(product, 2 * $0) }
        }
        let biased =
            model.family.hasAttentionBias
            ? add(product, model.values(block + name + ".bias").map(Double.init)) : product
        guard model.family.hasHeadNorm, name != "attn_v" else { return biased }
        return (0..<biased.count / model.head).flatMap { norm(part(biased, $0), block + name + "_norm.weight") }
    }

    /// RoPE on each head: neighbours, or elements half a head apart; none without a base.
    private func rotate(_ row: [Double], position: Int, base: Double?) -> [Double] {
        guard let base else { return row }
        var rotated = row
        let half = model.head / 2
        for start in stride(from: 0, to: row.count, by: model.head) {
            for pair in 0..<half {
                let angle = Double(position) * pow(base, -Double(pair) / Double(half))
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
        zip(normed(row), model.values(name)).map { $0 * Double($1) }
    }

    private func normed(_ row: [Double]) -> [Double] {
        let meanSquare = row.reduce(0) { $0 + $1 * $1 } / Double(row.count)
        return row.map { $0 / (meanSquare + Double(model.normEpsilon)).squareRoot() }
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
