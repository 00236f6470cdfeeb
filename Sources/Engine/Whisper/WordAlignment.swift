internal import Glibc

/// When each token was said, by the cheapest monotonous path through the decoder's looks at the sound (dynamic time
/// warping). Pure.
///
/// Source: OpenAI `whisper/timing.py`: weights are normalised over the tokens, smoothed by a median of seven positions, and
/// averaged over the heads.
struct WordAlignment: Sendable {
    /// The position of the encoder at which each token begins, ascending; one more for the end of the last.
    let starts: [Int]

    /// Positions that a median is taken of.
    private static let medianWidth = 7

    /// - Parameters:
    ///   - heads: for each head a (tokens, positions) matrix of weights.
    ///   - prompt: rows before the one that foretells the first token.
    init(_ heads: [[[Float]]], skipping prompt: Int) {
        let rows = heads.first?.count ?? 0
        let columns = heads.first?.first?.count ?? 0
        guard rows > prompt, columns > 0 else {
            starts = Array(repeating: 0, count: max(1, rows - prompt))
            return
        }
        var mean = Array(repeating: Array(repeating: Float(0), count: columns), count: rows - prompt)
        for head in heads {
            let normal = Self.normalised(head)
            for row in prompt..<rows {
                let smooth = Self.medians(normal[row])
                for column in 0..<columns { mean[row - prompt][column] += smooth[column] / Float(heads.count) }
            }
        }
        starts = Self.path(mean)
    }

    /// Each column less its mean over the tokens, by its standard deviation.
    private static func normalised(_ head: [[Float]]) -> [[Float]] {
        var result = head
        let count = Float(head.count)
        for column in head[0].indices {
            var (sum, squares): (Float, Float) = (0, 0)
            for row in head { sum += row[column] }
            let mean = sum / count
            for row in head { squares += (row[column] - mean) * (row[column] - mean) }
            let deviation = max((squares / count).squareRoot(), 1e-12)
            for row in head.indices { result[row][column] = (head[row][column] - mean) / deviation }
        }
        return result
    }

    /// The median around each value; at the ends the row is mirrored.
    private static func medians(_ row: [Float]) -> [Float] {
        let half = medianWidth / 2
        guard row.count > half else { return row }
        var window = Array(repeating: Float(0), count: medianWidth)
        return row.indices.map { index in
            for offset in -half...half {
                let place = abs(index + offset)
                window[offset + half] = row[place < row.count ? place : 2 * (row.count - 1) - place]
            }
            return window.sorted()[half]
        }
    }

    /// The path from the first token and position to the last ones that gathers the most; where it enters each row.
    ///
    /// One row more than there are tokens stands for the end.
    private static func path(_ gain: [[Float]]) -> [Int] {
        let (rows, columns) = (gain.count, gain[0].count)
        var best = Array(repeating: -Float.infinity, count: columns + 1)
        best[0] = 0
        // 0: both step on, 1: the token, 2: the position.
        var steps = Array(repeating: UInt8(0), count: (rows + 1) * (columns + 1))
        for row in 1...rows {
            var next = Array(repeating: -Float.infinity, count: columns + 1)
            for column in 1...columns {
                let (both, token, position) = (best[column - 1], best[column], next[column - 1])
                let step: UInt8 = both >= token && both >= position ? 0 : token >= position ? 1 : 2
                next[column] = max(both, token, position) + gain[row - 1][column - 1]
                steps[row * (columns + 1) + column] = step
            }
            best = next
        }
        var starts = Array(repeating: 0, count: rows)
        var (row, column) = (rows, columns)
        while row > 0, column > 0 {
            starts[row - 1] = column - 1
            switch steps[row * (columns + 1) + column] {
            case 0: (row, column) = (row - 1, column - 1)
            case 1: row -= 1
            default: column -= 1
            }
        }
        return starts
    }
}

extension Float {
    /// e to the power of `value`.
    static func exp(_ value: Float) -> Float { Glibc.exp(value) }
}
