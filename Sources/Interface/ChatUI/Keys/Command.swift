internal import AssistantCore

/// Something that Brim can do, by a word and by a key.
package enum Command: String, Sendable, Hashable, CaseIterable {
    case help, new, open, rename, export, talk, mute, speak, local, louder, quieter, cloud, threshold, system, set,
        theme, model, cost, audit
    case figures, passage, read, image, copy, code, find
    case right, wrong, history, redraw, quit

    /// The key that does it, unless the configuration gives it another.
    var defaultKey: KeyChord {
        switch self {
        case .help: KeyChord(.function(1))
        case .new: KeyChord(.character("n"), .control)
        case .open: KeyChord(.character("o"), .control)
        case .rename: KeyChord(.function(4))
        case .export: KeyChord(.character("s"), .control)
        case .talk: KeyChord(.function(2))
        case .mute: KeyChord(.function(9))
        case .speak: KeyChord(.character("v"), .alt)
        case .local: KeyChord(.function(5))
        case .louder: KeyChord(.character("."), .alt)
        case .quieter: KeyChord(.character(","), .alt)
        case .cloud: KeyChord(.function(6))
        case .threshold: KeyChord(.character("t"), .alt)
        case .system: KeyChord(.character("s"), .alt)
        case .set: KeyChord(.character("g"), .alt)
        case .theme: KeyChord(.function(3))
        case .model: KeyChord(.character("m"), .alt)
        case .cost: KeyChord(.character("c"), .alt)
        case .audit: KeyChord(.character("u"), .alt)
        case .figures: KeyChord(.character("i"), .alt)
        case .passage: KeyChord(.character("p"), .alt)
        case .read: KeyChord(.character("r"), .alt)
        case .image: KeyChord(.character("e"), .alt)
        case .copy: KeyChord(.function(7))
        case .code: KeyChord(.function(8))
        case .find: KeyChord(.character("f"), .control)
        case .right: KeyChord(.character("y"), .alt)
        case .wrong: KeyChord(.character("n"), .alt)
        case .history: KeyChord(.character("r"), .control)
        case .redraw: KeyChord(.character("l"), .control)
        case .quit: KeyChord(.character("q"), .control)
        }
    }

    var meaning: String {
        switch self {
        case .help: "all keys"
        case .new: "begin a new conversation; this one is kept"
        case .open: "earlier conversations: search, go on"
        case .rename: "give this conversation another title"
        case .export: "write this conversation to a file"
        case .talk: "push to talk"
        case .mute: "shut the microphone, or open it again"
        case .speak: "say answers aloud: never, voice or always"
        case .local: "local-only: nothing more is sent"
        case .louder: "a louder voice"
        case .quieter: "a quieter voice"
        case .cloud: "show what would leave; hand it over"
        case .threshold: "how sure a local answer must be"
        case .system: "tell the model who it is, from now on"
        case .set: "how answers are sampled, such as temperature 0.7"
        case .theme: "other colours, the next or the named"
        case .model: "the models; let the named one answer"
        case .cost: "what the cloud has cost"
        case .audit: "what left this device; is the log whole"
        case .figures: "unfold an answer's figures, or fold them"
        case .passage: "open the passage that the answer rests on"
        case .read: "ask about a document; without a file, close it"
        case .image: "ask the cloud about a picture"
        case .copy: "copy the last or the chosen message"
        case .code: "copy the last block of code in it"
        case .find: "find words in this conversation"
        case .right: "judge the last answer right"
        case .wrong: "judge the last answer wrong"
        case .history: "find what was sent before"
        case .redraw: "draw everything again"
        case .quit: "leave Brim"
        }
    }

    /// What may be written behind its name.
    enum Argument: Sendable, Hashable {
        case none
        case optional(String)
        case required(String)

        /// As the palette shows it.
        var words: String {
            switch self {
            case .none: ""
            case .optional(let words): "[\(words)]"
            case .required(let words): words
            }
        }
    }

    var argument: Argument {
        switch self {
        case .rename: .required("title")
        case .export: .optional("json|file")
        case .speak: .optional("never|voice|always")
        case .threshold: .required("0-1")
        case .system: .optional("text")
        case .set: .required("name value|default")
        case .theme: .optional("name")
        case .model: .optional("name")
        case .passage: .optional("number")
        case .read: .optional("file")
        case .image: .required("file question")
        default: .none
        }
    }

    /// Other words that people try for it.
    private var aliases: [String] {
        switch self {
        case .help: ["keys"]
        case .new: ["clear", "reset"]
        case .open: ["resume", "search", "list", "conversations"]
        case .rename: ["title"]
        case .export: ["save"]
        case .mute: ["mic", "microphone"]
        case .speak: ["say", "aloud", "silence"]
        case .louder, .quieter: ["volume"]
        case .figures: ["details", "unfold", "tokens"]
        case .passage: ["source", "citation"]
        case .image: ["picture", "photo", "see"]
        case .read: ["file", "document", "attach"]
        case .set: ["sampling", "temperature"]
        case .right: ["up", "good", "thumbs"]
        case .wrong: ["down", "bad", "thumbs"]
        case .quit: ["exit", "bye"]
        default: []
        }
    }

    /// The commands that fit what was typed: by their names first, then by other names, then by what they do. Where an
    /// argument follows the name, only that command.
    static func matching(_ query: String) -> [Command] {
        let word = query.lowercased()
        if let space = word.firstIndex(of: " "), let exact = named(word[..<space]), exact.argument != .none {
            return [exact]
        }
        let byName = allCases.filter { $0.rawValue.hasPrefix(word) }
        let byAlias = allCases.filter { command in command.aliases.contains { $0.hasPrefix(word) } }
        let byMeaning = word.count < 3 ? [] : allCases.filter { $0.meaning.lowercased().contains(word) }
        return (byName + byAlias + byMeaning).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private static func named(_ word: Substring) -> Command? {
        allCases.first { $0.rawValue == word || $0.aliases.contains(String(word)) }
    }

    /// What stands behind the name in what was typed.
    static func argument(in query: String) -> String {
        guard let space = query.firstIndex(of: " ") else { return "" }
        return String(query[space...]).trimmed
    }
}
