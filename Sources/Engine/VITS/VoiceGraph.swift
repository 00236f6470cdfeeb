internal import Kernels

/// Finds the weights of a known graph in an ONNX file, checks their shapes, and packs them.
///
/// Exporters rename weights that they fold (`onnx::Conv_8168`); the step that uses one is then found by its own name or by
/// its bias.
struct VoiceGraph {
    let file: ONNXFile
    /// Q8_0: integers where the most work is, F16 elsewhere. F16, or F32: throughout.
    let type: WeightType
    let pool: WorkerPool
    private let steps: [String: ONNXFile.Node]
    /// How many convolutions there are, to see that none was left out.
    let convolutionCount: Int

    /// Far above any voice: channels, taps, symbols.
    private static let dimensionLimit = 1 << 14
    /// Matrices of so many values stay floats: they fit the nearest caches, and halves would be widened for every tile.
    private static let floatLimit = 1 << 15
    /// Most values that a convolution reads before and behind a moment.
    private static let reachLimit = 1 << 20

    init(_ file: ONNXFile, type: WeightType, pool: WorkerPool) {
        self.file = file
        self.type = type
        self.pool = pool
        let convolutions = file.nodes.filter { $0.operation == "Conv" || $0.operation == "ConvTranspose" }
        convolutionCount = convolutions.count
        var steps: [String: ONNXFile.Node] = [:]
        for node in convolutions {
            for name in node.inputs.dropFirst() { steps[name] = node }
            steps[node.name] = node
        }
        self.steps = steps
    }

    /// A convolution as the file has it.
    struct Found {
        var weight: String
        var bias: String?
        var dimensions: [Int]
        var dilation: Int
        var stride: Int
        var groups: Int
        var padding: [Int]
    }

    func has(_ name: String) -> Bool {
        steps[stepName(name, "Conv")] != nil || steps[name + ".weight"] != nil || steps[name + ".bias"] != nil
    }

    /// The convolution of the module `name`, such as `flow.flows.0.enc.in_layers.1`.
    func convolution(_ name: String) throws(VITSError) -> Found {
        let step =
            steps[stepName(name, "Conv")] ?? steps[stepName(name, "ConvTranspose")] ?? steps[name + ".weight"]
            ?? steps[name + ".bias"]
        guard let step, step.inputs.count >= 2, let tensor = file.tensors[step.inputs[1]] else {
            throw VITSError(.unsupported, file.path, "its graph has no \(name)")
        }
        guard tensor.dimensions.count == 3, tensor.dimensions.allSatisfy({ 1...Self.dimensionLimit ~= $0 }) else {
            throw VITSError(.unsupported, file.path, "\(name) is no convolution over time")
        }
        let one = { (list: String) in step.lists[list]?.first ?? 1 }
        let found = Found(
            weight: step.inputs[1], bias: step.inputs.count > 2 ? step.inputs[2] : nil,
            dimensions: tensor.dimensions, dilation: one("dilations"), stride: one("strides"),
            groups: step.numbers["group"] ?? 1, padding: step.lists["pads"] ?? [0, 0])
        guard 1...512 ~= found.dilation, 1...512 ~= found.stride, found.groups >= 1, found.padding.count == 2,
            found.padding.allSatisfy({ 0...Self.dimensionLimit ~= $0 }), found.padding[0] == found.padding[1]
        else { throw VITSError(.unsupported, file.path, "\(name) has strides or paddings that no voice has") }
        return found
    }

    /// A convolution of all channels with all, which keeps the number of moments. Values are changed by `transform` first:
    /// `(outputs, inputs, taps)`, and the bias. Where it `isHeavy`, its weights may become integers.
    func dense(
        _ name: String, outputs: Int? = nil, inputs: Int? = nil, taps: Int? = nil, hasBias: Bool = true,
        isHeavy: Bool = false, transform: (inout [Float], inout [Float]) -> Void = { _, _ in }
    ) throws(VITSError) -> DenseConvolution {
        let found = try convolution(name)
        let (rows, columns, length) = (found.dimensions[0], found.dimensions[1], found.dimensions[2])
        guard rows == outputs ?? rows, columns == inputs ?? columns, length == taps ?? length, length % 2 == 1,
            found.stride == 1, found.groups == 1, found.bias != nil || !hasBias,
            (length - 1) * found.dilation * columns <= Self.reachLimit
        else { throw VITSError(.unsupported, file.path, "\(name) has the shape \(found.dimensions)") }
        var values = try file.floats(found.weight, found.dimensions)
        var bias = try found.bias.map { name throws(VITSError) in try file.floats(name, [rows]) } ?? []
        transform(&values, &bias)
        return DenseConvolution(
            weights: try matrix(values, rows, columns, length, name, isHeavy: isHeavy), taps: length,
            dilation: found.dilation,
            bias: bias.isEmpty ? nil : FloatVector(bias))
    }

    /// A convolution of each channel with itself.
    func depthwise(_ name: String, channels: Int) throws(VITSError) -> DepthwiseConvolution {
        let found = try convolution(name)
        let taps = found.dimensions[2]
        guard found.dimensions[0] == channels, found.dimensions[1] == 1, found.groups == channels, found.stride == 1,
            taps % 2 == 1, let bias = found.bias
        else { throw VITSError(.unsupported, file.path, "\(name) has the shape \(found.dimensions)") }
        let values = try file.floats(found.weight, found.dimensions)
        return DepthwiseConvolution(
            taps: (0..<taps).map { tap in (0..<channels).map { values[$0 * taps + tap] } }, dilation: found.dilation,
            bias: try file.floats(bias, [channels]))
    }

    /// A transposed convolution: `stride` moments for each one. As a convolution with `stride` times as many outputs.
    func upsampling(_ name: String, inputs: Int, scale: Float) throws(VITSError) -> Upsampling {
        let found = try convolution(name)
        let (outputs, length, stride) = (found.dimensions[1], found.dimensions[2], found.stride)
        guard found.dimensions[0] == inputs, found.groups == 1, found.dilation == 1, stride > 1, length >= stride,
            found.padding[0] * 2 == length - stride, let biasName = found.bias
        else { throw VITSError(.unsupported, file.path, "\(name) has the shape \(found.dimensions)") }
        let values = try file.floats(found.weight, found.dimensions)
        let bias = try file.floats(biasName, [outputs])
        // Moment q of the input and those before it make moments stride * q ... + stride - 1: tap 0 is the earliest.
        let taps = (length + stride - 1) / stride
        let (count, isTooLarge) = outputs.multipliedReportingOverflow(by: stride * inputs * taps)
        guard !isTooLarge, count <= 1 << 26 else {
            throw VITSError(.unsupported, file.path, "\(name) has the shape \(found.dimensions)")
        }
        var spread = [Float](repeating: 0, count: count)
        for phase in 0..<stride {
            for output in 0..<outputs {
                for tap in 0..<taps {
                    let place = phase + (taps - 1 - tap) * stride
                    guard place < length else { continue }
                    for input in 0..<inputs {
                        spread[((phase * outputs + output) * inputs + input) * taps + tap] =
                            values[(input * outputs + output) * length + place] * scale
                    }
                }
            }
        }
        return Upsampling(
            weights: try matrix(spread, outputs * stride, inputs, taps, name, isHeavy: true), taps: taps,
            stride: stride,
            padding: found.padding[0], outputs: outputs,
            bias: FloatVector((0..<stride).flatMap { _ in bias }))
    }

    func norm(_ name: String, width: Int) throws(VITSError) -> Norm {
        Norm(
            weight: FloatVector(try file.floats(name + ".gamma", [width])),
            bias: FloatVector(try file.floats(name + ".beta", [width])))
    }

    /// (outputs, inputs, taps) becomes rows of outputs, tap after tap.
    func matrix(
        _ values: [Float], _ outputs: Int, _ inputs: Int, _ taps: Int, _ name: String, isHeavy: Bool
    ) throws(VITSError) -> WeightMatrix {
        var rows = values
        if taps > 1 {
            for output in 0..<outputs {
                let start = output * inputs * taps
                for tap in 0..<taps {
                    for input in 0..<inputs { rows[start + tap * inputs + input] = values[start + input * taps + tap] }
                }
            }
        }
        do {
            let floats = unsafe rows.span.bytes
            let cols = inputs * taps
            if type == .f32 || (!isHeavy && rows.count <= Self.floatLimit) {
                return try WeightMatrix(type: .f32, rows: outputs, cols: cols, bytes: floats, pool: pool)
            }
            if type == .q8_0, isHeavy, inputs.isMultiple(of: type.blockElements) {
                return try WeightMatrix(quantising: rows.span, rows: outputs, cols: cols, pool: pool)
            }
            let halves = try pool.requantise(floats, count: rows.count, from: .f32, to: .f16)
            return unsafe try WeightMatrix(
                type: .f16, rows: outputs, cols: cols, bytes: halves.span.bytes, pool: pool)
        } catch {
            throw VITSError(.malformed, file.path, "\(name): \(error)")
        }
    }

    /// What exporters call the step of a module: folders but for numbers.
    private func stepName(_ name: String, _ operation: String) -> String {
        var path = ""
        for part in name.split(separator: ".") { path += part.allSatisfy(\.isNumber) ? ".\(part)" : "/\(part)" }
        return "\(path)/\(operation)"
    }
}

extension VoiceGraph {
    /// Some outputs of a convolution with one tap.
    func part(_ name: String, of outputs: Int, _ rows: Range<Int>, inputs: Int) throws(VITSError) -> DenseConvolution {
        let found = try convolution(name)
        guard found.dimensions == [outputs, inputs, 1], let bias = found.bias else {
            throw VITSError(.unsupported, file.path, "\(name) has the shape \(found.dimensions)")
        }
        let values = try file.floats(found.weight, found.dimensions)
        return DenseConvolution(
            weights: try matrix(
                Array(values[rows.lowerBound * inputs..<rows.upperBound * inputs]), rows.count, inputs, 1, name,
                isHeavy: false), taps: 1, dilation: 1, bias: FloatVector(Array(try file.floats(bias, [outputs])[rows])))
    }
}
