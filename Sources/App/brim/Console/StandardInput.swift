import Foundation

/// What is piped in.
enum StandardInput {
    /// More than any context holds; a stream without an end must not fill the memory.
    private static let limit = 64 << 20

    /// All of it. Throws where it is closed, unreadable or too long.
    static func bytes() throws -> Data {
        guard fcntl(STDIN_FILENO, F_GETFD) >= 0 else {
            throw CommandFailure("the standard input is closed; pipe the text in, or give it as words")
        }
        var all = Data()
        do {
            while let chunk = try FileHandle.standardInput.read(upToCount: 1 << 16), !chunk.isEmpty {
                all += chunk
                guard all.count <= limit else { throw CommandFailure("the standard input is longer than 64 MB") }
            }
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure("the standard input cannot be read: \(error.localizedDescription)")
        }
        return all
    }

    /// All of it as text; the last newline is the shell's and not the person's.
    static func text() throws -> String {
        var text = String(decoding: try bytes(), as: UTF8.self)
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}
