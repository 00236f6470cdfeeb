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

    /// Reads line `number` of the file `path`; an error says what such a line has to be.
    static func decode<Line: Decodable>(
        _ type: Line.Type, _ line: Data, number: Int, of path: String, what: String
    ) throws -> Line {
        do {
            return try JSONDecoder().decode(type, from: line)
        } catch {
            throw CommandFailure("line \(number) of \(path) is not \(what)")
        }
    }
}
