internal import ChildProcesses
internal import Foundation
internal import Subprocess
internal import SystemPackage

/// Phonemes of the International Phonetic Alphabet from the program `espeak-ng`, one run for each sentence.
///
/// It is a program of its own with a licence of its own, and never linked. It is started by no shell, gets the text on its
/// standard input and none of it as an argument, and is ended when it takes too long.
package struct EspeakPhonemizer: Sendable {
    /// The voice of espeak-ng, such as `en-us`.
    private let voice: String
    private let program: String
    private let timeout: Duration

    /// Bytes that come back at most; a clause has some hundred.
    private static let outputLimit = 1 << 18

    /// - Parameters:
    ///   - voice: as a Piper voice names it: letters, digits and dashes.
    ///   - program: a name in PATH, or a path.
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
        (self.voice, self.program, self.timeout) = (voice, program, timeout)
    }

    /// The phonemes of each clause, in order.
    /// - Throws: ``PhonemizerError`` with what to install or to do.
    package func phonemes(of clauses: [String]) async throws -> [String] {
        let lines = clauses.map(Self.line)
        let spoken = try await run(lines)
        if spoken.count == lines.count { return spoken }
        // A clause that espeak-ng itself divides: one run for each.
        guard lines.count > 1 else { return [spoken.joined(separator: " ")] }
        var phonemes: [String] = []
        for line in lines { phonemes.append(try await run([line]).joined(separator: " ")) }
        return phonemes
    }

    /// One line, without what espeak-ng takes for commands.
    private static func line(_ clause: String) -> String {
        String(clause.map { $0.isNewline || "[]<>{}|\u{0}".contains($0) ? " " : $0 })
    }

    private func run(_ lines: [String]) async throws -> [String] {
        let text = lines.joined(separator: "\n") + "\n"
        guard let output = try await withTimeLimit(timeout, { try await start(text) }) else {
            throw PhonemizerError("\(program) does not answer; run `\(program) -q --ipa hello` to see why.")
        }
        return output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private func start(_ text: String) async throws -> String {
        let arguments: Arguments = ["-q", "--ipa", "-b", "1", "-v", voice]
        let executable: Executable = program.contains("/") ? .path(FilePath(program)) : .name(program)
        guard let input = try? ChildInput.descriptor(holding: Array(text.utf8)) else {
            throw PhonemizerError("There is no room for a temporary file; make some in /tmp.")
        }
        do {
            let result = try await Subprocess.run(
                executable, arguments: arguments, environment: .minimal(),
                input: .fileDescriptor(FileDescriptor(rawValue: input), closeAfterSpawningProcess: true),
                output: .string(limit: Self.outputLimit), error: .discarded)
            guard result.terminationStatus.isSuccess else {
                throw PhonemizerError("\(program) has no voice \(voice); install its data: apt install espeak-ng-data")
            }
            return result.standardOutput
        } catch let error as PhonemizerError {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw PhonemizerError(
                "\(program) cannot be run, which turns words into sounds; install it: apt install espeak-ng")
        }
    }
}

/// Why a text has no phonemes: one sentence with the next step.
package struct PhonemizerError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
