import Confidence
import Foundation

/// Questions with known answers, one JSON object a line.
enum QuestionFile {
    private static let largest = 64 << 20

    /// - Throws: where the file cannot be read, a line is no question, or an id comes twice.
    static func read(_ path: String) throws -> [EvaluationQuestion] {
        let questions: [EvaluationQuestion] = try lines(
            of: path, what: #"{"id", "category", "prompt", "answers": […], "rivals": […]}"#)
        guard !questions.isEmpty else { throw CommandFailure("\(path) holds no questions") }
        var seen: Set<QuestionID> = []
        for question in questions where !seen.insert(question.id).inserted {
            throw CommandFailure("\(path) has two questions with the id \(question.id); ids have to differ")
        }
        return questions
    }

    /// What an interrupted run has written already; a last line that was cut off does not count.
    static func finished<Line: Decodable>(in path: String, as type: Line.Type) throws -> [Line] {
        guard FileManager.default.fileExists(atPath: path), OutputFile.isReplaceable(path) else { return [] }
        let whole = try InputFile.bytes(path)
        guard let end = whole.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        return try lines(of: path, bytes: whole[...end], what: "what this command writes; name another file")
    }

    /// The lines of a JSON Lines file.
    static func lines<Line: Decodable>(of path: String, bytes: Data? = nil, what: String) throws -> [Line] {
        let bytes = try bytes ?? InputFile.bytes(path, upTo: largest)
        return try JSONLines.lines(of: bytes).map { try JSONLines.decode(Line.self, $0, of: path, what: what) }
    }
}

/// A JSON Lines file that grows by a line at a time, and can be taken up again where it ended.
struct LineLog {
    private let handle: FileHandle

    /// Opens for appending; what stands after the last whole line, the trace of an interrupted run, is cut off.
    init(appendingTo path: String) throws {
        // The file of an interrupted run, a new one, or something that is no file and cannot be taken up again.
        let isFile = OutputFile.isReplaceable(path)
        let mode = isFile ? O_RDWR | O_CREAT : O_WRONLY
        let descriptor = unsafe open(path, mode | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandFailure("\(path) cannot be written: \(SystemReason.words(errno))") }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard isFile else { return }
        do {
            let whole = try handle.readToEnd() ?? Data()
            let end = whole.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            try handle.truncate(atOffset: UInt64(end))
            try handle.seekToEnd()
        } catch {
            throw CommandFailure("\(path) cannot be written: \(SystemReason.words(of: error))")
        }
    }

    func write(_ line: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try handle.write(contentsOf: try encoder.encode(line) + [UInt8(ascii: "\n")])
    }

    func close() throws { try handle.close() }
}
