import Foundation

/// Machine-readable output: one JSON object a line.
enum JSONLines {
    /// Writes `value` as one line to the standard output.
    static func write(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .throw
        let line = try encoder.encode(value)
        try Terminal.writeJSON(String(decoding: line, as: UTF8.self) + "\n")
    }

    /// A line that is longer is refused before it is read: reading takes more than ten times its size.
    private static let longestLine = 8 << 20

    /// A line of a file, without what ends it.
    struct Line {
        /// From 1, empty lines counted.
        var number: Int
        var bytes: Data
    }

    /// The lines of a file that are not blank. They end in LF or in CR and LF; a byte order mark before the first is none
    /// of them.
    static func lines(of bytes: Data) -> [Line] {
        let mark = Data([0xEF, 0xBB, 0xBF])
        let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes
        return text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .map { index, line in
                Line(number: index + 1, bytes: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
            }
            .filter { !$0.bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }
    }

    /// Reads a line of the file `path`; an error says what such a line has to be.
    static func decode<Value: Decodable>(
        _ type: Value.Type, _ line: Line, of path: String, what: String
    ) throws -> Value {
        guard line.bytes.count <= longestLine else {
            throw CommandFailure(
                "line \(line.number) of \(path) is longer than \(longestLine >> 20) MB; cut it into pieces")
        }
        guard String(validating: line.bytes, as: UTF8.self) != nil else {
            throw CommandFailure("line \(line.number) of \(path) is no UTF-8 text; write the file in UTF-8")
        }
        do {
            return try JSONDecoder().decode(type, from: line.bytes)
        } catch {
            throw CommandFailure("line \(line.number) of \(path) is not \(what)")
        }
    }
}
