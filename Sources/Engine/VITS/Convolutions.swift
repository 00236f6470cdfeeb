internal import Kernels

/// A convolution of all channels with all: (n, inputs) to (n, outputs), with as many zeros around as the taps need.
struct DenseConvolution: Sendable {
    let weights: WeightMatrix
    let taps: Int
    let dilation: Int
    let bias: FloatVector?

    /// Moments on either side that a result depends on.
    var reach: Int { (taps - 1) / 2 * dilation }
}

/// A convolution of each channel with itself.
struct DepthwiseConvolution: Sendable {
    /// By tap, then by channel.
    let taps: [[Float]]
    let dilation: Int
    let bias: [Float]
}

/// A transposed convolution, as a plain one that writes `stride` moments at once, the first `padding` of which are dropped.
struct Upsampling: Sendable {
    /// (stride · outputs, taps · inputs)
    let weights: WeightMatrix
    let taps: Int
    let stride: Int
    let padding: Int
    let outputs: Int
    let bias: FloatVector
}

/// Weight and bias of a layer norm.
struct Norm: Sendable {
    let weight: FloatVector
    let bias: FloatVector
}

/// Memory for rows of floats that grows to the longest use of each width and is kept.
final class RowBuffer {
    /// By width: rows of several widths may take turns.
    private var matrices: [Int: FloatMatrix] = [:]

    /// `count` rows, whose content is undefined. Valid until more rows of that width are asked for.
    func rows(_ count: Int, width: Int) throws(KernelError) -> FloatRows {
        if let matrix = matrices[width], matrix.rowCount >= count { return matrix[rows: 0..<count] }
        // What is not used costs no memory; growing again and again would touch every page anew.
        let larger = try FloatMatrix(rows: 4 * count, columns: width)
        matrices[width] = larger
        return larger[rows: 0..<count]
    }
}
