internal import ChildProcesses

/// Phonemes of the International Phonetic Alphabet from the program `espeak-ng`, which runs as long as this lasts.
///
/// It is a program of its own with a licence of its own, and never linked. It is started by no shell, gets the text on its
/// standard input and none of it as an argument, and is ended when it takes too long.
package struct EspeakPhonemizer: Sendable {
    private let program: String
    private let timeout: Duration
    private let process: EspeakProcess

    /// - Parameters:
    ///   - voice: of espeak-ng, such as `en-us`: letters, digits and dashes.
    ///   - program: a name in PATH, or a path.
    ///   - timeout: for one sentence.
    /// - Throws: ``PhonemizerError`` for a name that cannot be one of espeak-ng's voices.
    package init(voice: String, program: String = "espeak-ng", timeout: Duration = .seconds(10)) throws(PhonemizerError)
    {
        let isName = voice.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "-")
        }
        guard isName, 1...32 ~= voice.utf8.count, !voice.hasPrefix("-") else {
            throw PhonemizerError("The voice asks for a language that espeak-ng cannot have; choose another voice.")
        }
        (self.program, self.timeout) = (program, timeout)
        process = EspeakProcess(program: program, voice: voice)
    }

    /// The phonemes of each clause, in order.
    /// - Throws: ``PhonemizerError`` with what to install or to do.
    package func phonemes(of clauses: [String]) async throws -> [String] {
        let process = process
        let spoken = try await withTimeLimit(timeout) { () async throws -> [String] in
            var spoken: [String] = []
            for clause in clauses { spoken.append(try await process.phonemes(of: Self.line(clause))) }
            return spoken
        }
        guard let spoken else {
            throw PhonemizerError("\(program) does not answer; run `\(program) -q --ipa hello` to see why.")
        }
        return spoken
    }

    /// One line, without what espeak-ng takes for commands.
    private static func line(_ clause: String) -> String {
        String(clause.map { $0.isNewline || "[]<>{}|\u{0}".contains($0) ? " " : $0 })
    }
}

/// Why a text has no phonemes: one sentence with the next step.
package struct PhonemizerError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
