import ArgumentParser
import AssistantCore
import CMalloc
import Foundation
import Logging

/// The program: parses the command line, runs the command, and turns what went wrong into one line and an exit code.
@main
struct Brim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "brim",
        abstract: "A chat and voice assistant that answers on the device first and shows when it does not.",
        discussion: """
            Without a command, the full screen opens.

              brim                                     talk to the default model on a full screen
              brim ask "Why is the sky blue?"          one answer to the standard output
              echo "Summarise: …" | brim ask -         the prompt from a pipe
              brim say "Good morning."                 aloud, by a voice of this device
              brim know add ~/manuals                  answer from the documents of a folder, and show the sentence
              brim route "…"                           where a question would be answered, and why
              brim consent                             which cloud addresses were allowed; withdraw takes it back
              brim audit verify                        whether the log of what left is what was written
              brim config                              every setting, and where it comes from
              brim models fetch                        get the models, once
              brim bench                               how fast this machine is

            Exit codes: 0 done, 1 failed (one line on the standard error says why and what to do), 2 wrong usage, 3 done, but \
            what should have been kept on this device was not.
            """,
        version: "brim \(ProgramVersion.number)",
        subcommands: [
            ChatCommand.self, AskCommand.self, SayCommand.self, TranscribeCommand.self, ListenCommand.self,
            DevicesCommand.self,
            KnowCommand.self, RouteCommand.self, CacheCommand.self, AuditCommand.self, ConsentCommand.self,
            ConfigCommand.self,
            ModelsCommand.self,
            BenchCommand.self,
            KioskCommand.self,
            UpdateCommand.self,
            CostCommand.self, AdviseCommand.self, PilotCommand.self,
            EvalCommand.self, CalibrateCommand.self, TokenizeCommand.self, DetokenizeCommand.self,
            PerplexityCommand.self, LogprobsCommand.self, DoctorCommand.self, HatProbeCommand.self,
            TUFClientCommand.self,
        ],
        defaultSubcommand: ChatCommand.self)

    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        Terminal.reserveClosedStreams()
        // Many threads allocate little: one heap for all of them, and what is large goes back to the system once it is free.
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_MMAP_THRESHOLD, 128 << 10)
        do {
            try ProgramLog.start(environment: ProcessInfo.processInfo.environment)
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            leave(with: error)
        }
    }

    /// Ends the process: 0 for `--help` and `--version`, 2 for wrong usage, the code that a command asked for, else 1.
    private static func leave(with error: any Error) -> Never {
        let code = exitCode(for: error)
        if code == .validationFailure {
            Terminal.writeError(fullMessage(for: error))
            Foundation.exit(2)
        }
        if error is CleanExit || code == .success {
            exit(withError: error)
        }
        if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
        if !(error is CancellationError) {
            let lines = String(describing: error).split(whereSeparator: \.isNewline)
            Terminal.writeError("brim: " + lines.joined(separator: " "))
            // Of what is not Brim's own the kind alone: it may hold what a person said.
            for cause in (error as? any CodedError)?.causes ?? [] {
                let words = (cause as? any CodedError)?.description ?? "\(type(of: cause))"
                Logger(label: "brim").debug("caused by", metadata: ["error": "\(words)"])
            }
        }
        Foundation.exit(1)
    }
}
