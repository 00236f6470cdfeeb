import ArgumentParser
import Foundation
import Kiosk

/// `brim kiosk`: what an operator prepares for `brim --kiosk`.
struct KioskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kiosk",
        abstract: "Prepare a screen that anybody may walk up to (brim --kiosk).",
        subcommands: [SetPIN.self])

    struct SetPIN: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set-pin",
            abstract: "Set the digits that end the kiosk; only their hash is kept.",
            discussion: """
                  brim kiosk set-pin                         asks twice and writes the hash beside the configuration
                  echo 240613 | brim kiosk set-pin --print   prints it, to be set as kiosk.pin on many devices

                Every digit counts: of four digits, whoever has the hash finds the right ones within minutes. After three \
                wrong numbers the kiosk takes none for a minute, and twice as long after each further one; only the right \
                number ends that. Each attempt is in `brim audit`. The number holds from the next start on.
                """)

        @OptionGroup var options: GlobalOptions
        @Flag(help: "Print the hash and write nothing.") var print = false

        func run() async throws {
            let hash: PINHash
            do {
                hash = try PINHash(of: try Self.readPIN())
            } catch let failure as PINHash.Failure {
                throw CommandFailure("no PIN was set: \(failure)")
            }
            if print { return try Terminal.writeLine(hash.description) }
            let path = options.directories.kioskPIN
            try Self.write(hash.description + "\n", to: path)
            try Terminal.writeLine("the PIN was set in \(path); it holds from the next start of brim --kiosk on")
        }

        /// Asks twice without showing what is typed; one line of what is piped in.
        private static func readPIN() throws -> String {
            guard Terminal.inputIsTerminal else { return readLine() ?? "" }
            let first = try Terminal.readSecret("PIN: ")
            guard try Terminal.readSecret("once more: ") == first else {
                throw CommandFailure("no PIN was set: the two were not the same")
            }
            return first
        }

        /// A file that is whole or not there at all, private to its owner.
        private static func write(_ text: String, to path: String) throws {
            let folder = (path as NSString).deletingLastPathComponent
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw CommandFailure("\(folder) cannot be made: \(error.localizedDescription)")
            }
            let temporary = "\(path).new-\(getpid())"
            let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw failure(temporary) }
            defer { close(descriptor) }
            let bytes = Array(text.utf8)
            guard unsafe Foundation.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
                unsafe rename(temporary, path) == 0
            else {
                let failure = failure(path)
                unsafe unlink(temporary)
                throw failure
            }
        }

        private static func failure(_ path: String) -> CommandFailure {
            CommandFailure(unsafe "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}
