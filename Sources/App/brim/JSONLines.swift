import Foundation

/// Machine-readable output: one JSON object a line.
enum JSONLines {
    /// Writes `value` as one line to the standard output.
    static func write(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .throw
        let line = try encoder.encode(value)
        try Terminal.writeRaw(String(decoding: line, as: UTF8.self) + "\n")
    }
}
