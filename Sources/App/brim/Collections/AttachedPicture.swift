import AssistantCore
import DocumentText
import Foundation

/// A picture that a question is about.
enum AttachedPicture {
    /// Throws ``CommandFailure`` where the file is no picture that can be read.
    static func read(_ path: String) async throws -> Picture {
        do {
            return try await PictureReader().picture(at: (path as NSString).expandingTildeInPath)
        } catch {
            throw CommandFailure("\(path): \(error)")
        }
    }

    /// The path at the beginning of what was typed behind `/image`, in quotes or with its blanks marked, and the question.
    static func parts(of text: String) -> (path: String, question: String) {
        let text = text.trimmingCharacters(in: .whitespaces)
        if let quote = text.first, "'\"".contains(quote), let end = text.dropFirst().firstIndex(of: quote) {
            return (String(text[text.index(after: text.startIndex)..<end]), rest(text, from: text.index(after: end)))
        }
        var path = ""
        var index = text.startIndex
        while index < text.endIndex, text[index] != " " {
            let next = text.index(after: index)
            if text[index] == "\\", next < text.endIndex { index = next }
            path.append(text[index])
            index = text.index(after: index)
        }
        return (path, rest(text, from: index))
    }

    private static func rest(_ text: String, from index: String.Index) -> String {
        text[index...].trimmingCharacters(in: .whitespaces)
    }
}
