internal import GGUF

/// Reads metadata values of one model family (`llama.block_count`, …) and checks each against its range.
struct ConfigReader {
    let file: GGUFFile
    let architecture: Architecture

    init(_ file: GGUFFile) throws(TransformerError) {
        self.file = file
        guard
            let name = try Self.rethrowing({ () throws(GGUFError) in try file.metadata.string("general.architecture") })
        else {
            throw TransformerError(.unsupportedArchitecture, "\(file.path): does not say which architecture it is.")
        }
        guard let architecture = Architecture.known.first(where: { $0.name == name }) else {
            let known = Architecture.known.map(\.name).joined(separator: ", ")
            throw TransformerError(
                .unsupportedArchitecture,
                "\(file.path): the architecture \(name.prefix(64).debugDescription) is not supported; use a model of: \(known)."
            )
        }
        self.architecture = architecture
    }

    func integer(_ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil) throws(TransformerError)
        -> Int
    {
        guard let value = try optionalInteger(key, in: range) ?? fallback else { throw missing(key) }
        guard range.contains(value) else { throw outOfRange(key, value, range) }
        return value
    }

    func optionalInteger(_ key: String, in range: ClosedRange<Int>) throws(TransformerError) -> Int? {
        let value = try Self.rethrowing { () throws(GGUFError) in try file.metadata.integer(path(key)) }
        guard let value else { return nil }
        guard range.contains(value) else { throw outOfRange(key, value, range) }
        return value
    }

    /// An integer of each of `count` layers; a single one is that of all.
    func perLayer(_ key: String, count: Int, in range: ClosedRange<Int>) throws(TransformerError) -> [Int]? {
        guard let found = file.metadata.elementCount(of: path(key)) else {
            return try optionalInteger(key, in: range).map { Array(repeating: $0, count: count) }
        }
        guard found == count else { throw invalid("\(path(key)) has \(found) values for \(count) blocks") }
        let values = try Self.rethrowing { () throws(GGUFError) in try file.metadata.integers(path(key)) } ?? []
        if let value = values.first(where: { !range.contains($0) }) { throw outOfRange(key, value, range) }
        return values
    }

    /// A truth value of each of `count` layers.
    func flags(_ key: String, count: Int) throws(TransformerError) -> [Bool]? {
        let values = try Self.rethrowing { () throws(GGUFError) in try file.metadata.bools(path(key)) }
        guard let values else { return nil }
        guard values.count >= count else {
            throw invalid("\(path(key)) has \(values.count) values for \(count) blocks")
        }
        return Array(values.prefix(count))
    }

    func integers(_ key: String) throws(TransformerError) -> [Int]? {
        try Self.rethrowing { () throws(GGUFError) in try file.metadata.integers(path(key)) }
    }

    func number(_ key: String, in range: ClosedRange<Double>, default fallback: Double? = nil)
        throws(TransformerError) -> Double
    {
        let value = try Self.rethrowing { () throws(GGUFError) in try file.metadata.float(path(key)) }
        guard let value = value ?? fallback else { throw missing(key) }
        guard range.contains(value) else { throw outOfRange(key, value, range) }
        return value
    }

    func flag(_ key: String) throws(TransformerError) -> Bool? {
        try Self.rethrowing { () throws(GGUFError) in try file.metadata.bool(path(key)) }
    }

    func text(_ key: String) throws(TransformerError) -> String? {
        try Self.rethrowing { () throws(GGUFError) in try file.metadata.string(path(key)) }
    }

    /// Tokens of the tokenizer that came with the weights; `nil` where none did.
    func tokenCount() throws(TransformerError) -> Int? {
        try Self.rethrowing { () throws(GGUFError) in try file.metadata.strings("tokenizer.ggml.tokens")?.count }
    }

    func invalid(_ reason: String) -> TransformerError {
        TransformerError(.invalidConfiguration, "\(file.path): \(reason); this model cannot be used.")
    }

    private func path(_ key: String) -> String { "\(architecture.name).\(key)" }

    private func missing(_ key: String) -> TransformerError {
        invalid("has no metadata key \(path(key))")
    }

    private func outOfRange<T>(_ key: String, _ value: T, _ range: ClosedRange<T>) -> TransformerError {
        invalid("\(path(key)) is \(value), must lie in \(range.lowerBound) … \(range.upperBound)")
    }

    private static func rethrowing<T>(_ body: () throws(GGUFError) -> T) throws(TransformerError) -> T {
        do throws(GGUFError) {
            return try body()
        } catch {
            throw TransformerError(.invalidConfiguration, error.description)
        }
    }
}
