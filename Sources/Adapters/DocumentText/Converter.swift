internal import ChildProcesses
internal import Foundation
internal import Subprocess
internal import SystemPackage

/// A program of Debian's that prints the text of a document, run as a child that cannot take more than its share.
struct Converter: Sendable {
    /// What a child may take.
    struct Limits: Sendable {
        /// Of the processor, and of the clock beside it.
        var seconds = 60
        var memoryBytes = 1 << 30
        /// What it may print.
        var outputBytes = 64 << 20
        /// How long a file may be that it writes: none at all, but for a program that cannot do without a temporary one.
        var writtenBytes = 0
    }

    var program: String
    var arguments: [String]
    /// Debian's package that has it.
    var package: String
    /// Where the program runs.
    var folder = "/"
    var limits = Limits()

    /// Runs the program over what is on its standard input and returns what it prints.
    ///
    /// It is given the bytes and no path, so that it can neither open another file by the document's name nor be led to one.
    /// `prlimit` of util-linux, which every Debian has, sets the limits before the program begins: of memory, of processor
    /// time, and of what it may write to a file, as a rule nothing.
    func output(of input: some InputProtocol & Sendable) async throws(DocumentError) -> [UInt8] {
        guard ChildProgram.isInstalled(program) else {
            throw DocumentError(.noProgram, "\(program) is not installed, which reads it: apt install \(package)")
        }
        do {
            guard let text = try await withTimeLimit(.seconds(limits.seconds), { try await run(over: input) }) else {
                throw timeout
            }
            return text
        } catch let error as DocumentError {
            throw error
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            throw DocumentError(
                .tooLarge, "it holds more than \(limits.outputBytes >> 20) MB of text: cut it into smaller documents")
        } catch {
            throw DocumentError(.damaged, "\(program) did not come to an end with it: \(error)", underlying: error)
        }
    }

    private var timeout: DocumentError {
        DocumentError(
            .timeout, "\(program) needs more than \(limits.seconds) s for it: make it smaller, or save it as text")
    }

    private func run(over input: some InputProtocol & Sendable) async throws -> [UInt8] {
        let limited = ChildProgram.limited(
            program, arguments, seconds: limits.seconds, memoryBytes: limits.memoryBytes,
            writtenBytes: limits.writtenBytes)
        var options = PlatformOptions()
        // Whatever it starts itself ends with it.
        options.processGroupID = 0
        let result = try await Subprocess.run(
            .name("prlimit"), arguments: Arguments(limited),
            environment: .minimal(adding: ["LC_ALL": "C.UTF-8"]),
            workingDirectory: FilePath(folder), platformOptions: options, input: input,
            output: .bytes(limit: limits.outputBytes),
            error: .discarded)
        try Task.checkCancellation()
        guard result.terminationStatus.isSuccess else { throw failure(result.terminationStatus) }
        return result.standardOutput
    }

    private func failure(_ status: TerminationStatus) -> DocumentError {
        if case .signaled(let signal) = status, signal == SIGXCPU || signal == SIGKILL { return timeout }
        return DocumentError(
            .damaged, "\(program) cannot read it: it is damaged, protected, or larger than it looks")
    }
}

extension Converter {
    static let pdf = Converter(
        program: "pdftotext", arguments: ["-enc", "UTF-8", "-", "-"], package: "poppler-utils")

    /// From a format that pandoc reads to Markdown without HTML. In its sandbox pandoc reads nothing but its input.
    static func pandoc(from format: String) -> Converter {
        Converter(
            program: "pandoc",
            arguments: [
                "--sandbox", "--from=\(format)", "--to=gfm-raw_html", "--wrap=none", "--markdown-headings=atx",
            ], package: "pandoc")
    }

    /// A manual page may include files, which mandoc looks for below its folder and nowhere else: nothing of a person's is there.
    static let mandoc = Converter(
        program: "mandoc", arguments: ["-T", "markdown", "-K", "utf-8"], package: "mandoc", folder: "/usr/share")

    static let gunzip = Converter(program: "gzip", arguments: ["-dc"], package: "gzip")
}
