package import AssistantCore

/// A collection of documents that questions are answered from, as it stands in the index.
package struct KnowledgeCollection: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, Codable {
        /// A file, or a folder with all that is in it.
        case folder
        /// The first paragraphs of Wikipedia's articles, as a package of the Python index has them.
        case wikipedia
    }

    /// Tells it from one of the same name that was removed.
    package struct ID: Sendable, Hashable {
        let name: String
        let root: String
    }

    package var name: String
    package var kind: Kind
    /// Where the documents are: an absolute path.
    package var root: String
    /// Whether nothing of it may ever be sent.
    package var staysHome: Bool
    /// Whom to thank, and the licence; empty where nobody asks for it.
    package var attribution: String
    package var documents = 0
    /// Documents that could not be read.
    package var unreadable = 0
    package var passages = 0
    /// Passages of which the index keeps what they mean.
    package var vectors = 0
    /// What each of these takes in the file, about.
    package static let vectorBytes = 392
    /// `nil` until it was read for the first time.
    package var updatedAt: Timestamp?

    package var id: ID { ID(name: name, root: root) }

    package init(name: String, kind: Kind, root: String, staysHome: Bool = false, attribution: String = "") {
        self.name = name
        self.kind = kind
        self.root = root
        self.staysHome = staysHome
        self.attribution = attribution
    }
}

/// A document as it goes into the index.
package struct IndexedDocument: Sendable {
    package struct Passage: Sendable {
        package var heading: String
        package var page: Int?
        package var text: String
        package var isAnswer: Bool

        package init(heading: String, page: Int?, text: String, isAnswer: Bool) {
            self.heading = heading
            self.page = page
            self.text = text
            self.isAnswer = isAnswer
        }
    }

    /// Inside the collection; what it is known by.
    package var path: String
    package var title: String
    /// Tells one state of the file from another.
    package var fingerprint: String
    package var passages: [Passage]
    /// Why there are none; one sentence.
    package var problem: String?

    package init(path: String, title: String, fingerprint: String, passages: [Passage], problem: String? = nil) {
        self.path = path
        self.title = title
        self.fingerprint = fingerprint
        self.passages = passages
        self.problem = problem
    }

    /// Bytes of text.
    package var bytes: Int { passages.reduce(0) { $0 + $1.text.utf8.count } }
}

/// A document that could not be read, and why.
package struct UnreadableDocument: Sendable, Hashable {
    package var collection: String
    package var path: String
    package var problem: String
}
