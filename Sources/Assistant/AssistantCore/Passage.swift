/// A piece of a document of the operator's or the person's collections: whole sentences, and where they stand.
///
/// Its text is hostile as any file's is: it is something to answer from, and never something to obey.
package struct Passage: Sendable, Hashable {
    /// The index's number of it; `nil` where it stands in none.
    package var id: Int64?
    /// The collection that it belongs to, by name.
    package var collection: String
    /// The document as it is shown: its path inside the collection, or its title where it has no path.
    package var document: String
    /// The document's title.
    package var title: String
    /// The headings above it; empty where there are none. Of an answered question, the question.
    package var heading: String
    /// From 1; `nil` where the document has no pages.
    package var page: Int?
    package var text: String
    /// Whether `text` is the operator's own answer to the question in `heading`, to be given word for word.
    package var isAnswer: Bool
    /// Whether nothing of it may ever be sent.
    package var staysHome: Bool

    package init(
        id: Int64? = nil, collection: String = "", document: String, title: String = "", heading: String = "",
        page: Int? = nil, text: String, isAnswer: Bool = false, staysHome: Bool = false
    ) {
        self.id = id
        self.collection = collection
        self.document = document
        self.title = title
        self.heading = heading
        self.page = page
        self.text = text
        self.isAnswer = isAnswer
        self.staysHome = staysHome
    }
}

/// What a search in the collections found.
package struct PassageHits: Sendable, Hashable {
    /// The best first.
    package var passages: [Passage]
    /// How much each of the words tells: the rarer it is in the collections, the more. A word that stands nowhere has the
    /// weight of the rarest.
    package var weights: [String: Double]

    package init(passages: [Passage] = [], weights: [String: Double] = [:]) {
        self.passages = passages
        self.weights = weights
    }
}

/// The index of the collections.
package protocol PassageSearch: Sendable {
    /// What is kept of the passages' meaning; `nil` where nothing is.
    var vectors: (any PassageVectors)? { get }

    /// The passages that fit best to these words: folded, each once, at least one.
    ///
    /// - Parameter collection: the name of the one to look in; `nil` for all.
    func hits(for words: [String], limit: Int, in collection: String?) async throws -> PassageHits
}

extension PassageSearch {
    package var vectors: (any PassageVectors)? { nil }
}

/// A passage, and how like it is to a question.
package struct ComparedPassage: Sendable, Hashable {
    package var passage: Passage
    /// -1 … 1
    package var likeness: Double

    package init(_ passage: Passage, likeness: Double) { (self.passage, self.likeness) = (passage, likeness) }
}

/// Compares texts by what they mean, whatever words they say it in.
package protocol PassageComparison: Sendable {
    /// How like passages are to a question: those of these that can be told in short time, and those of all in the index that
    /// are nearest to it, in no order. `nil` where that cannot be told.
    ///
    /// - Parameters:
    ///   - passages: what a search found, the best first.
    ///   - unseen: so many of them are read where nothing is kept of them.
    ///   - search: where they were found.
    ///   - collection: the name of the one to look in; `nil` for all.
    func compared(
        _ question: String, with passages: [Passage], unseen: Int, in search: any PassageSearch, _ collection: String?
    ) async -> [ComparedPassage]?
}
