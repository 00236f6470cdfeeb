internal import Kernels

/// The index of an ONNX file: weights by name with their place in the file, and the steps of its graph.
///
/// Written for voices: only what maps weights to a known graph is read (names, shapes, kernel attributes). Nothing of
/// the graph is ever run.
struct ONNXFile {
    /// A constant tensor.
    struct Tensor {
        var dimensions: [Int] = []
        var type = 0
        /// Where its values lie in the file; `nil` where they are not raw.
        var place: Range<Int>?
    }

    /// A step of the graph.
    struct Node {
        var name = ""
        var operation = ""
        var inputs: [String] = []
        /// Lists of whole numbers by name: strides, pads, dilations.
        var lists: [String: [Int]] = [:]
        var numbers: [String: Int] = [:]
    }

    let path: String
    private(set) var tensors: [String: Tensor] = [:]
    private(set) var nodes: [Node] = []
    private(set) var inputs: [String] = []
    private let file: InputFile

    /// Far above any voice, far below what hurts.
    private enum Limit {
        static let fileBytes = 1 << 30
        static let nodes = 100_000
        static let tensors = 20_000
        static let nameBytes = 512
        static let listLength = 64
    }
    private static let float32 = 1

    init(path: String) throws(VITSError) {
        self.path = path
        file = try InputFile(path: path)
        guard file.byteCount <= Limit.fileBytes else { throw VITSError(.foreign, path, "it is too large") }
        guard file.byteCount > 0 else { throw VITSError(.foreign, path, "it is empty") }
        var model = ProtobufCursor(file, 0..<file.byteCount)
        var hasGraph = false
        while let (field, value) = try model.next() {
            guard field == 7, case .bytes(let range) = value else { continue }
            guard !hasGraph else { throw VITSError(.malformed, path, "it has two graphs") }
            hasGraph = true
            try readGraph(range)
        }
        guard hasGraph else { throw VITSError(.foreign, path, "it has no graph") }
    }

    /// The values of a tensor of 32-bit floats with these dimensions.
    func floats(_ name: String, _ dimensions: [Int]) throws(VITSError) -> [Float] {
        guard let tensor = tensors[name] else { throw VITSError(.unsupported, path, "it has no \(name)") }
        guard tensor.dimensions == dimensions else {
            throw VITSError(.unsupported, path, "\(name) has the shape \(tensor.dimensions), not \(dimensions)")
        }
        guard tensor.type == Self.float32, let place = tensor.place else {
            throw VITSError(.unsupported, path, "\(name) does not hold plain 32-bit floats")
        }
        // A product that is too large cannot be the size of a part of the file.
        let bytes = dimensions.reduce(4) { $0.multipliedReportingOverflow(by: $1).overflow ? -1 : $0 &* $1 }
        guard bytes == place.count else {
            throw VITSError(.malformed, path, "\(name) has \(place.count) bytes for the shape \(dimensions)")
        }
        let raw = try file.bytes(at: place.lowerBound, count: place.count)
        let values = unsafe [Float](unsafeUninitializedCapacity: bytes / 4) { buffer, count in
            unsafe raw.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            count = bytes / 4
        }
        guard values.allSatisfy(\.isFinite) else {
            throw VITSError(.malformed, path, "\(name) holds a value that is not finite")
        }
        return values
    }

    private mutating func readGraph(_ range: Range<Int>) throws(VITSError) {
        var graph = ProtobufCursor(file, range)
        while let (field, value) = try graph.next() {
            guard case .bytes(let range) = value else { continue }
            switch field {
            case 1:
                guard nodes.count < Limit.nodes else { throw VITSError(.foreign, path, "its graph is too large") }
                nodes.append(try node(range))
            case 5:
                guard tensors.count < Limit.tensors else { throw VITSError(.foreign, path, "it has too many weights") }
                let (name, tensor) = try tensor(range)
                guard tensors.updateValue(tensor, forKey: name) == nil else {
                    throw VITSError(.malformed, path, "two of its weights have the same name")
                }
            case 11:
                var input = ProtobufCursor(file, range)
                while let (field, value) = try input.next() {
                    guard inputs.count < Limit.listLength else { throw VITSError(.foreign, path, "too many inputs") }
                    if field == 1, case .bytes(let range) = value { inputs.append(try text(range)) }
                }
            default: break
            }
        }
    }

    private func node(_ range: Range<Int>) throws(VITSError) -> Node {
        var node = Node()
        var cursor = ProtobufCursor(file, range)
        while let (field, value) = try cursor.next() {
            guard case .bytes(let range) = value else { continue }
            switch field {
            case 1:
                guard node.inputs.count < Limit.listLength else { throw VITSError(.foreign, path, "too many inputs") }
                node.inputs.append(try text(range))
            case 3: node.name = try text(range)
            case 4: node.operation = try text(range)
            case 5: try readAttribute(range, of: &node)
            default: break
            }
        }
        return node
    }

    private func readAttribute(_ range: Range<Int>, of node: inout Node) throws(VITSError) {
        var name = ""
        var list: [Int] = []
        var number: Int?
        var cursor = ProtobufCursor(file, range)
        while let (field, value) = try cursor.next() {
            switch (field, value) {
            case (1, .bytes(let range)): name = try text(range)
            case (3, .number(let value)): number = Int(truncatingIfNeeded: value)
            case (8, .number(let value)): list.append(Int(truncatingIfNeeded: value))
            case (8, .bytes(let range)):
                var packed = ProtobufCursor(file, range)
                list += try packed.numbers(limit: Limit.listLength)
            default: break
            }
            guard list.count <= Limit.listLength else { throw VITSError(.foreign, path, "a list is too long") }
        }
        if let number { node.numbers[name] = number }
        if !list.isEmpty { node.lists[name] = list }
    }

    private func tensor(_ range: Range<Int>) throws(VITSError) -> (name: String, Tensor) {
        var name = ""
        var tensor = Tensor()
        var cursor = ProtobufCursor(file, range)
        while let (field, value) = try cursor.next() {
            switch (field, value) {
            case (1, .number(let value)): tensor.dimensions.append(Int(truncatingIfNeeded: value))
            case (1, .bytes(let range)):
                var packed = ProtobufCursor(file, range)
                tensor.dimensions += try packed.numbers(limit: Limit.listLength)
            case (2, .number(let value)): tensor.type = Int(truncatingIfNeeded: value)
            case (8, .bytes(let range)): name = try text(range)
            case (9, .bytes(let range)): tensor.place = range
            default: break
            }
            guard tensor.dimensions.count <= 8, tensor.dimensions.allSatisfy({ 0...1 << 24 ~= $0 }) else {
                throw VITSError(.malformed, path, "a weight has an impossible shape")
            }
        }
        return (name, tensor)
    }

    private func text(_ range: Range<Int>) throws(VITSError) -> String {
        guard range.count <= Limit.nameBytes else { throw VITSError(.foreign, path, "a name is too long") }
        var bytes: [UInt8] = []
        for place in range { bytes.append(try file.byte(at: place)) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
