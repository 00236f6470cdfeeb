internal import ChildProcesses
internal import Subprocess
internal import SystemPackage

/// The program `espeak-ng` while it runs: lines of text in, lines of phonemes out, one text after the other. It is started
/// when it is needed, and again where it has ended.
///
/// How many lines a text becomes is not known. Behind each goes a mark, a word that nobody can guess, whose phonemes end
/// what belongs to the text. The process has to ignore SIGPIPE.
actor EspeakProcess {
    private let program: String
    private let voice: String
    private var child: Child?

    private struct Child {
        let exchanges: AsyncStream<Exchange>.Continuation
        let task: Task<Void, Never>
    }

    private struct Exchange {
        let text: String
        let reply: CheckedContinuation<String, any Error>
    }

    /// It ended where an answer was due.
    private struct Ended: Error {
        let problem: PhonemizerError
        /// Whether it had answered before: then another one may do better.
        let hadAnswered: Bool
    }

    init(program: String, voice: String) {
        (self.program, self.voice) = (program, voice)
    }

    deinit { child?.exchanges.finish() }

    /// The phonemes of one line of text. Where the task is cancelled, the program is ended.
    func phonemes(of line: String) async throws -> String {
        try Task.checkCancellation()
        do {
            return try await exchange(line)
        } catch let ended as Ended {
            child = nil
            guard ended.hadAnswered else { throw ended.problem }
        }
        try Task.checkCancellation()
        do {
            return try await exchange(line)
        } catch let ended as Ended {
            child = nil
            throw ended.problem
        }
    }

    private func exchange(_ line: String) async throws -> String {
        let child = running()
        do {
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { reply in
                    let exchange = Exchange(text: line, reply: reply)
                    // Only one that has answered ends without being asked.
                    if case .enqueued = child.exchanges.yield(exchange) { return }
                    reply.resume(throwing: Ended(problem: Self.stopped(program), hadAnswered: true))
                }
            } onCancel: {
                child.task.cancel()
            }
        } catch is CancellationError {
            self.child = nil
            // Another task that was cancelled has ended the program for this one too.
            if Task.isCancelled { throw CancellationError() }
            throw Ended(problem: Self.stopped(program), hadAnswered: true)
        }
    }

    private func running() -> Child {
        if let child, !child.task.isCancelled { return child }
        let (stream, exchanges) = AsyncStream.makeStream(of: Exchange.self)
        let (program, voice) = (program, voice)
        let task = Task {
            let ended = await Self.serve(stream, program: program, voice: voice)
            exchanges.finish()
            for await exchange in stream {
                exchange.reply.resume(throwing: Task.isCancelled ? CancellationError() : ended)
            }
        }
        let new = Child(exchanges: exchanges, task: task)
        child = new
        return new
    }

    // MARK: - The program

    /// Runs the program and answers until there are no more texts, or it fails.
    /// - Returns: what to say to those that wait for an answer then.
    private static func serve(_ stream: AsyncStream<Exchange>, program: String, voice: String) async -> Ended {
        let executable: Executable = program.contains("/") ? .path(FilePath(program)) : .name(program)
        // Of a process group of its own: what is typed at the terminal is not meant for it.
        var options = PlatformOptions()
        options.processGroupID = 0
        do {
            let result = try await Subprocess.run(
                executable, arguments: ["-q", "--ipa", "-b", "1", "-v", voice], environment: .minimal(),
                platformOptions: options, input: .inputWriter, output: .sequence, error: .discarded
            ) { execution in
                var lines = execution.standardOutput.strings().makeAsyncIterator()
                var count = 0
                let mark = Mark()
                do {
                    _ = try await execution.standardInputWriter.write(mark.word + "\n")
                    guard let end = try await lines.next().map(trimmed) else { return count }
                    for await exchange in stream {
                        do {
                            _ = try await execution.standardInputWriter.write(exchange.text + "\n" + mark.word + "\n")
                            exchange.reply.resume(returning: try await phonemes(&lines, until: end, program))
                            count += 1
                        } catch {
                            let ended = Ended(problem: stopped(program), hadAnswered: count > 0)
                            exchange.reply.resume(throwing: Task.isCancelled ? CancellationError() : ended)
                            return count
                        }
                    }
                    try await execution.standardInputWriter.finish()
                } catch {
                    return count  // it has ended, or was cancelled
                }
                return count
            }
            let noVoice = "\(program) has no voice \(voice); install its data: apt install espeak-ng-data"
            return Ended(
                problem: result.terminationStatus.isSuccess ? missing(program) : PhonemizerError(noVoice),
                hadAnswered: result.closureResult > 0)
        } catch {
            return Ended(problem: missing(program), hadAnswered: false)
        }
    }

    /// The lines up to the mark's.
    private static func phonemes(
        _ lines: inout SubprocessOutputSequence.StringSequence<UTF8>.AsyncIterator, until end: String, _ program: String
    ) async throws -> String {
        var spoken: [String] = []
        while let line = try await lines.next().map(trimmed) {
            if line == end { return spoken.joined(separator: " ") }
            if !line.isEmpty { spoken.append(line) }
        }
        throw stopped(program)
    }

    private static func trimmed(_ line: String) -> String {
        String(line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    private static func missing(_ program: String) -> PhonemizerError {
        PhonemizerError("\(program) cannot be run, which turns words into sounds; install it: apt install espeak-ng")
    }

    private static func stopped(_ program: String) -> PhonemizerError {
        PhonemizerError("\(program) stopped while it was asked; run `\(program) -q --ipa hello` to see why.")
    }

    /// A word that is pronounced in one piece, and stands in no text.
    private struct Mark {
        let word: String

        init() {
            let syllables = (0..<8).map { _ in
                String("bdfgklmnprst".randomElement() ?? "b") + String("aeiou".randomElement() ?? "a")
            }
            word = syllables.joined()
        }
    }
}
