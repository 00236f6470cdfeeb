/// How the stand-in for hailo-ollama answers a question.
package struct BoardBehaviour: Sendable, Hashable {
    /// The two lines of releases, which differ in how they tell errors and build JSON.
    package enum Release: String, Sendable, Hashable, CaseIterable {
        /// 5.1.1: errors come with status 200.
        case old
        /// 5.3 and later: errors come with their status, and JSON is built by escaping quotes alone.
        case new
    }

    package enum Fault: String, Sendable, Hashable, CaseIterable {
        /// An error in words.
        case error
        /// The connection is closed in an orderly way.
        case close
        case reset
        /// Nothing more comes.
        case stall
        /// Bytes that are no JSON.
        case garbage
        /// The reply ends as if all were well.
        case end
    }

    package enum Moment: String, Sendable, Hashable, CaseIterable {
        case beforeHead, beforeText, inText, beforeDone
    }

    package var release: Release
    package var pieces: [String]
    package var fault: Fault?
    package var moment: Moment
    /// Each byte comes by itself.
    package var isTrickling = false
    /// `stop` or `length`.
    package var reason = "stop"
    /// Before each piece.
    package var pause = Duration.zero

    package init(
        _ release: Release = .new, pieces: [String] = BoardBehaviour.words, fault: Fault? = nil,
        at moment: Moment = .inText
    ) {
        self.release = release
        self.pieces = pieces
        self.fault = fault
        self.moment = moment
    }

    package static let words = ["The", " capital", " of", " France", " is", " Paris", "."]

    /// How many pieces come before the fault.
    package var piecesBeforeFault: Int {
        switch moment {
        case .beforeHead, .beforeText: 0
        case .inText: pieces.count / 2
        case .beforeDone: pieces.count
        }
    }
}
