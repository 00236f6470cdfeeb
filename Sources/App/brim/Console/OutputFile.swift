import Foundation

/// A file that a command writes as a whole.
enum OutputFile {
    /// Replaces the file at once, or leaves it as it was. Makes the folder where it is missing.
    static func write(_ bytes: Data, to path: String) throws {
        let file = URL(fileURLWithPath: path)
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try bytes.write(to: file, options: .atomic)
        } catch {
            throw CommandFailure("\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
