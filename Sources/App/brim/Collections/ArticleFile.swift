import Foundation
import Knowledge

/// The articles of a file as ``ArticlePackage`` brings it: a JSON object of titles with their first paragraphs.
struct ArticleFile {
    private struct Article: Decodable {
        var title: String
        var extract: String
        var description: String?
    }

    /// The articles, each as a document of its own, in the order of their titles.
    static func documents(at path: String) throws -> [TextDocument] {
        let articles: [String: Article]
        do {
            articles = try JSONDecoder().decode([String: Article].self, from: InputFile.bytes(path))
        } catch is DecodingError {
            throw CommandFailure("\(path) does not hold the articles that it should; remove it and add wikipedia again")
        }
        return articles.values.sorted { $0.title < $1.title }.map(document)
    }

    /// What an article is in a few words is a sentence of it, as it is on the page.
    private static func document(_ article: Article) -> TextDocument {
        var document = TextDocument()
        document.title = article.title
        if let description = article.description, !description.isEmpty {
            document.blocks += [
                .heading(description, level: 1), .paragraph("\(article.title): \(description)."),
            ]
        }
        document.blocks.append(.paragraph(article.extract))
        return document
    }
}
