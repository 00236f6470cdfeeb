internal import AssistantCore
internal import ChildProcesses
internal import Foundation
package import Knowledge
internal import Subprocess
internal import SystemPackage

/// Reads documents of all kinds as text: some itself, others through a ``Converter``.
package struct DocumentReader: Sendable {
    /// What is read of a file itself.
    var textBytes = 64 << 20
    /// What a converter is given.
    var fileBytes = 512 << 20
    var limits = Converter.Limits()

    package init() {}

    /// The text of the file at `path`, which must be a plain file and no link.
    ///
    /// Whatever is in the file, this ends: within a minute, with a bounded text or with one sentence.
    package func document(at path: String, kind: DocumentKind) async throws(DocumentError) -> TextDocument {
        let document: TextDocument
        switch kind {
        case .text: document = PlainTextReader.document(try DecodedText.text(bytes(of: path)))
        case .markdown: document = MarkdownReader.document(try DecodedText.text(bytes(of: path)))
        case .pdf:
            let text = DecodedText.cleaned(String(decoding: try await output(.pdf, of: path), as: UTF8.self))
            document = PlainTextReader.document(text, hasPages: true)
        case .html: document = try await viaPandoc(path, "html")
        case .docx: document = try await viaPandoc(path, "docx")
        case .epub: document = try await viaPandoc(path, "epub")
        case .manual: document = try await manual(path)
        }
        let hasText = document.blocks.contains { if case .paragraph = $0 { true } else { false } }
        guard hasText || !document.questions.isEmpty else {
            let step = kind == .pdf ? ": its pages may be pictures, which have to be recognised first (ocrmypdf)" : ""
            throw DocumentError(.empty, "there is no text in it\(step)")
        }
        return document
    }

    private func viaPandoc(_ path: String, _ format: String) async throws(DocumentError) -> TextDocument {
        // Only what the operator wrote as Markdown is an answer word for word.
        let markdown = text(try await output(.pandoc(from: format), of: path))
        return MarkdownReader.document(markdown, answersQuestions: false)
    }

    /// A manual page; pandoc's reader, which follows no `.so` to another file.
    private func manual(_ path: String) async throws(DocumentError) -> TextDocument {
        let converter = Converter.pandoc(from: "man").limited(limits)
        let source =
            path.hasSuffix(".gz")
            ? try await output(.gunzip, of: path) : try bytes(of: path)
        guard source.count <= textBytes else { throw tooLarge }
        guard let input = try? ChildInput.descriptor(holding: source) else {
            throw DocumentError(.unreadable, "there is no room for a temporary file")
        }
        let markdown = try await converter.output(
            of: .fileDescriptor(FileDescriptor(rawValue: input), closeAfterSpawningProcess: true))
        return MarkdownReader.document(text(markdown), answersQuestions: false)
    }

    private func text(_ bytes: [UInt8]) -> String { DecodedText.cleaned(String(decoding: bytes, as: UTF8.self)) }

    private func output(_ converter: Converter, of path: String) async throws(DocumentError) -> [UInt8] {
        let descriptor = try open(path, upTo: fileBytes)
        return try await converter.limited(limits).output(
            of: .fileDescriptor(FileDescriptor(rawValue: descriptor), closeAfterSpawningProcess: true))
    }

    private var tooLarge: DocumentError {
        DocumentError(.tooLarge, "it is larger than \(textBytes >> 20) MB: cut it into smaller documents")
    }

    // MARK: Files

    /// A descriptor of a plain file that is not too large.
    private func open(_ path: String, upTo limit: Int) throws(DocumentError) -> Int32 {
        let file = try PlainFile(path, followsLinks: false)
        guard file.bytes <= Int64(limit) else {
            close(file.descriptor)
            throw DocumentError(.tooLarge, "it is larger than \(limit >> 20) MB: cut it into smaller documents")
        }
        return file.descriptor
    }

    private func bytes(of path: String) throws(DocumentError) -> [UInt8] {
        let descriptor = try open(path, upTo: textBytes)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            // One byte more than is allowed tells a file that has grown since.
            let data = try handle.read(upToCount: textBytes + 1) ?? Data()
            guard data.count <= textBytes else { throw tooLarge }
            return Array(data)
        } catch let error as DocumentError {
            throw error
        } catch {
            throw DocumentError(.unreadable, "it cannot be read: \(error.localizedDescription)", underlying: error)
        }
    }
}

extension Converter {
    fileprivate func limited(_ limits: Limits) -> Converter {
        var converter = self
        converter.limits = limits
        return converter
    }
}
