import AssistantCore
import Foundation

/// A new file for a conversation that is taken along. Nothing is ever overwritten, and only its owner may read it.
struct ExportFile {
    enum Form: String { case markdown = "md", json }

    let form: Form
    /// `nil` where the person left the choice.
    private let path: String?
    private let title: String

    private static let mostAttempts = 1_000
    private static let longestName = 40

    /// - Parameter argument: `json`, `md`, a path whose ending says which, or nothing.
    init(_ argument: String, title: String) {
        self.title = title
        if let form = Form(rawValue: argument.lowercased()) {
            (self.form, path) = (form, nil)
        } else {
            form = argument.lowercased().hasSuffix(".json") ? .json : .markdown
            path = argument.isEmpty ? nil : (argument as NSString).expandingTildeInPath
        }
    }

    /// Returns where it was written to. Throws ``CommandFailure`` where that cannot be.
    func write(_ export: ConversationExport) throws -> String {
        let bytes: Data
        switch form {
        case .markdown: bytes = Data(export.markdown.utf8)
        case .json:
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            bytes = try encoder.encode(export) + Data("\n".utf8)
        }
        if let path {
            try create(path, bytes)
            return path
        }
        let folder = FileManager.default.currentDirectoryPath
        for number in 1...Self.mostAttempts {
            let path = "\(folder)/\(name)\(number == 1 ? "" : "-\(number)").\(form.rawValue)"
            guard !FileManager.default.fileExists(atPath: path) else { continue }
            try create(path, bytes)
            return path
        }
        throw CommandFailure("there are too many files called \(name) in \(folder); name another one")
    }

    /// `brim-` and the words of the title.
    private var name: String {
        let words = title.lowercased().split { !($0.isLetter || $0.isNumber) }
        return "brim-"
            + (words.isEmpty ? "conversation" : String(words.joined(separator: "-").prefix(Self.longestName)))
    }

    private func create(_ path: String, _ bytes: Data) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(path) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: bytes)
            try handle.close()
        } catch {
            throw CommandFailure("\(path) cannot be written: \(SystemReason.words(of: error))")
        }
    }

    private func failure(_ path: String) -> CommandFailure {
        errno == EEXIST
            ? CommandFailure("\(path) is there already; name another file")
            : CommandFailure("\(path) cannot be written: \(SystemReason.words(errno))")
    }
}
