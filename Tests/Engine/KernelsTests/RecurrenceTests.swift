import Foundation
import Testing

@testable import Kernels

/// Filters and states along a sequence, beside plain loops in double precision.
@Suite("Recurrences") struct RecurrenceTests {
    private var generator = SplitMix64(seed: 11)
    private let pool: WorkerPool

    init() throws { pool = try WorkerPool(threads: 2) }

    private mutating func number(_ spread: Double = 1) -> Double {
        Double(Float(spread * (2 * generator.unit() - 1)))
    }

    private mutating func numbers(_ count: Int, _ spread: Double = 1) -> [Double] {
        (0..<count).map { _ in number(spread) }
    }

    private func vector(_ values: [Double]) -> FloatVector { FloatVector(values.map(Float.init)) }

    private func rows(_ values: [[Double]]) throws -> FloatMatrix {
        let matrix = try FloatMatrix(rows: values.count, columns: values[0].count)
        for (row, values) in values.enumerated() {
            for (column, value) in values.enumerated() { matrix[row, column] = Float(value) }
        }
        return matrix
    }

    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    private func softplus(_ x: Double) -> Double { log1p(exp(x)) }

    /// Runs `body` over the rows in passes of different sizes, with a state that follows.
    private func passes(_ count: Int, _ state: RecurrentState, _ body: (Range<Int>) -> Void) {
        var done = 0
        for size in [1, 3, 16, 1, 7, 16, 16, 16] where done < count {
            let range = done..<min(count, done + size)
            state.begin(range.count)
            body(range)
            state.advance(by: range.count)
            done = range.upperBound
        }
        precondition(done == count)
    }

    @Test("filters see the columns of all tokens before, in whatever passes they came", arguments: [2, 3, 4, 9])
    mutating func filters(taps: Int) throws {
        let (channels, count) = (70, 60)
        let shape = RecurrentState.Shape(layers: 2, channels: channels, taps: taps, stateSize: 0)
        let (gated, plain) = (
            try RecurrentState(shape, passLength: 16), try RecurrentState(shape, passLength: 16)
        )
        let weights = numbers(taps * channels)
        let bias = numbers(channels)
        let input = (0..<count).map { _ in numbers(3 * channels) }
        let (x, triples) = (try rows(input.map { Array($0[..<channels]) }), try rows(input))
        passes(count, gated) {
            pool.shortConvolution(triples[rows: $0], weights: vector(weights), state: gated, layer: 1)
        }
        passes(count, plain) {
            pool.causalConvolution(
                x[rows: $0], weights: vector(weights), bias: vector(bias), state: plain, layer: 1)
        }
        for row in 0..<count {
            for channel in 0..<channels {
                var (product, sum) = (0.0, bias[channel])
                for back in 0..<min(taps, row + 1) {
                    let weight = weights[(taps - 1 - back) * channels + channel]
                    let past = input[row - back]
                    product += weight * past[channel] * past[2 * channels + channel]
                    sum += weight * past[channel]
                }
                #expect(abs(Double(triples[row, channel]) - input[row][channels + channel] * product) < 1e-4)
                #expect(abs(Double(x[row, channel]) - sum * sigmoid(sum)) < 1e-4)
            }
        }
    }

    @Test("a delta rule corrects a state that fades by what it got wrong", arguments: [(2, 6, 8), (4, 4, 24)])
    mutating func deltaRule(keyHeads: Int, heads: Int, size: Int) throws {
        let count = 60
        let state = try RecurrentState(
            RecurrentState.Shape(layers: 2, channels: 1, taps: 1, stateSize: heads * size * size), passLength: 16)
        let (keyWidth, width) = (keyHeads * size, heads * size)
        let input = (0..<count).map { _ in numbers(2 * keyWidth + width + 2 * heads, 2) }
        let (decay, step) = (numbers(heads).map { -1 - $0 }, numbers(heads))
        let matrix = try rows(input)
        passes(count, state) {
            let rows = matrix[rows: $0]
            let values = 2 * keyWidth..<2 * keyWidth + width
            pool.deltaRule(
                queries: rows[columns: 0..<keyWidth], keys: rows[columns: keyWidth..<2 * keyWidth],
                values: rows[columns: values],
                beta: rows[columns: values.upperBound..<values.upperBound + heads],
                alpha: rows[columns: values.upperBound + heads..<values.upperBound + 2 * heads],
                decay: vector(decay), step: vector(step), epsilon: 1e-5, state: state, layer: 1)
        }
        for head in 0..<heads {
            var memory = Array(repeating: Array(repeating: 0.0, count: size), count: size)
            for (row, values) in input.enumerated() {
                func unit(_ start: Int) -> [Double] {
                    let part = values[start..<start + size]
                    let length = (part.reduce(0) { $0 + $1 * $1 } + 1e-5).squareRoot()
                    return part.map { $0 / length }
                }
                let key = head % keyHeads * size
                let (q, k) = (unit(key), unit(keyWidth + key))
                let beta = sigmoid(values[2 * keyWidth + width + head])
                let keep = exp(decay[head] * softplus(values[2 * keyWidth + width + heads + head] + step[head]))
                for element in 0..<size {
                    let faded = memory[element].map { $0 * keep }
                    let recalled = zip(faded, k).reduce(0) { $0 + $1.0 * $1.1 }
                    let error = beta * (values[2 * keyWidth + head * size + element] - recalled)
                    memory[element] = zip(faded, k).map { $0 + error * $1 }
                    let expected = zip(memory[element], q).reduce(0) { $0 + $1.0 * $1.1 } / Double(size).squareRoot()
                    let found = Double(matrix[row, 2 * keyWidth + head * size + element])
                    #expect(abs(found - expected) < 1e-4)
                }
            }
        }
    }

    @Test("a scan adds to states that fade and reads them", arguments: [1, 2])
    mutating func scan(groups: Int) throws {
        let (count, heads, headSize, size) = (60, 4, 6, 16)
        let state = try RecurrentState(
            RecurrentState.Shape(layers: 2, channels: 1, taps: 1, stateSize: heads * headSize * size),
            passLength: 16)
        let (width, shared) = (heads * headSize, groups * size)
        let input = (0..<count).map { _ in numbers(width + 2 * shared + heads) }
        let (decay, passing, step) = (numbers(heads).map { -1 - $0 }, numbers(heads), numbers(heads))
        let scan = WorkerPool.StateScan(
            size: size, groups: groups, decay: vector(decay), passing: vector(passing), step: vector(step))
        let matrix = try rows(input)
        passes(count, state) {
            let rows = matrix[rows: $0]
            pool.stateScan(
                scan, rows[columns: 0..<width], b: rows[columns: width..<width + shared],
                c: rows[columns: width + shared..<width + 2 * shared],
                steps: rows[columns: width + 2 * shared..<width + 2 * shared + heads], state: state, layer: 1)
        }
        for head in 0..<heads {
            let group = head / (heads / groups) * size
            var memory = Array(repeating: Array(repeating: 0.0, count: size), count: headSize)
            for (row, values) in input.enumerated() {
                let time = softplus(values[width + 2 * shared + head] + step[head])
                for element in 0..<headSize {
                    let x = values[head * headSize + element]
                    var expected = passing[head] * x
                    for i in 0..<size {
                        let next = memory[element][i] * exp(decay[head] * time) + values[width + group + i] * x * time
                        memory[element][i] = next
                        expected += next * values[width + shared + group + i]
                    }
                    #expect(abs(Double(matrix[row, head * headSize + element]) - expected) < 1e-4)
                }
            }
        }
    }

    @Test("a gate multiplies by its sigmoid")
    mutating func gate() throws {
        let input = (0..<5).map { _ in numbers(140, 6) }
        let matrix = try rows(input)
        pool.sigmoidGate(matrix[rows: 0..<5][columns: 0..<70], gate: matrix[rows: 0..<5][columns: 70..<140])
        for (row, values) in input.enumerated() {
            for column in 0..<70 {
                #expect(abs(Double(matrix[row, column]) - values[column] * sigmoid(values[70 + column])) < 1e-5)
                #expect(Double(matrix[row, 70 + column]) == values[70 + column])
            }
        }
    }

    @Test("the threads change no bit")
    mutating func threads() throws {
        let (heads, size) = (16, 64)
        let input = (0..<40).map { _ in numbers(3 * heads * size + 2 * heads) }
        let (decay, step) = (numbers(heads).map { -1 - $0 }, numbers(heads))
        let outputs = try [1, 3].map { threads in
            let pool = try WorkerPool(threads: threads)
            let state = try RecurrentState(
                RecurrentState.Shape(layers: 1, channels: 1, taps: 1, stateSize: heads * size * size), passLength: 40)
            let matrix = try rows(input)
            let (rows, width) = (matrix[rows: 0..<40], heads * size)
            pool.deltaRule(
                queries: rows[columns: 0..<width], keys: rows[columns: width..<2 * width],
                values: rows[columns: 2 * width..<3 * width], beta: rows[columns: 3 * width..<3 * width + heads],
                alpha: rows[columns: 3 * width + heads..<3 * width + 2 * heads], decay: vector(decay),
                step: vector(step), epsilon: 1e-6, state: state, layer: 0)
            return (0..<40).map { row in (0..<3 * width).map { matrix[row, $0] } }
        }
        #expect(outputs[0] == outputs[1])
    }

    @Test("copies thin out towards the beginning, and the latest stay")
    func copies() {
        var lengths: [Int] = []
        for now in stride(from: 64, through: 64 * 200, by: 64) {
            if lengths.count == 8 { lengths.remove(at: RecurrentState.leastUseful(lengths, at: now)) }
            lengths.append(now)
            // From anywhere, what must be read again is at most two thirds of what lies behind, and a pass or two.
            for place in stride(from: 64, through: now, by: 64) {
                let kept = lengths.last { $0 <= place } ?? 0
                #expect(place - kept <= (now - kept) * 2 / 3 + 128, "\(place) of \(now): \(lengths)")
            }
        }
        #expect(lengths.count == 8)
    }
}
