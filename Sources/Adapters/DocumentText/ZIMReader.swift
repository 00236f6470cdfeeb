internal import AssistantCore
internal import ChildProcesses
internal import Foundation
internal import Knowledge
internal import Subprocess
internal import SystemPackage

/// Reads the articles of a ZIM file, which is how whole wikis are handed on: zimdump prints their HTML, and pandoc makes text
/// of many at once.
struct ZIMReader {
    /// More articles are a library and no document.
    private static let mostArticles = 20_000
    /// Libraries are large; of one only a list and some articles are ever in memory.
    private static let fileBytes = 16 << 30
    /// Pandoc is started for so much HTML.
    private static let batchBytes = 1 << 20

    let reader: DocumentReader

    /// The articles in the order of their addresses, each under its title.
    func document(at path: String) async throws(DocumentError) -> TextDocument {
        let list = try await zimdump(["list", "--details"], path)
        let articles = Self.articles(in: String(decoding: list, as: UTF8.self))
        guard articles.count <= Self.mostArticles else {
            throw DocumentError(
                .tooLarge, "it has more than \(Self.mostArticles) articles: take a selection of them that is smaller")
        }
        var document = TextDocument()
        var (batch, bytes): ([UInt8], Int) = ([], 0)
        for article in articles {
            let html = try await zimdump(["show", "--idx=\(article.index)"], path)
            bytes += html.count
            guard bytes <= reader.fileBytes else {
                throw DocumentError(.tooLarge, "its articles are larger than \(reader.fileBytes >> 20) MB")
            }
            batch += Array("\n<h1>\(Self.escaped(article.title))</h1>\n".utf8) + html
            guard batch.count >= Self.batchBytes else { continue }
            document.blocks += try await blocks(of: batch)
            batch = []
        }
        if !batch.isEmpty { document.blocks += try await blocks(of: batch) }
        return document
    }

    private func zimdump(_ arguments: [String], _ path: String) async throws(DocumentError) -> [UInt8] {
        try await reader.output(.zimdump(arguments), of: path, upTo: Self.fileBytes)
    }

    private func blocks(of html: [UInt8]) async throws(DocumentError) -> [TextDocument.Block] {
        try await reader.document(ofHTML: html).blocks
    }

    private struct Article {
        var index: Int
        var title: String
    }

    /// The HTML articles of what `zimdump list --details` prints.
    private static func articles(in list: String) -> [Article] {
        var articles: [Article] = []
        var article = Article(index: -1, title: "")
        var isItem = false
        for line in list.split(separator: "\n") {
            guard line.hasPrefix("* "), let colon = line.firstIndex(of: ":") else {
                article = Article(index: -1, title: "")
                isItem = false
                continue
            }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            switch line[..<colon] {
            case "* title": article.title = DecodedText.cleaned(String(value))
            case "* idx": article.index = Int(value) ?? -1
            case "* type": isItem = value == "item"
            case "* mime-type" where isItem && article.index >= 0 && value.hasPrefix("text/html"):
                articles.append(article)
            default: break
            }
        }
        return articles
    }

    private static func escaped(_ title: String) -> String {
        title.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
    }
}

extension Converter {
    /// The file is its standard input, by a name that it can open anew and seek in.
    fileprivate static func zimdump(_ arguments: [String]) -> Converter {
        Converter(program: "zimdump", arguments: arguments + ["/dev/stdin"], package: "zim-tools")
    }
}
