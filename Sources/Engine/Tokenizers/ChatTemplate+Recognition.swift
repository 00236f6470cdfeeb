public import GGUF

extension ChatTemplate {
    /// The layout a GGUF file asks for: its `tokenizer.chat_template`, or, where it has none, what its special tokens
    /// tell.
    ///
    /// - Throws: ``TokenizerError`` where the layout is of no family we know, or needs tokens the vocabulary lacks;
    ///   ``GGUFError`` where the key is of the wrong type.
    public init(_ metadata: Metadata, for tokenizer: Tokenizer) throws {
        try self.init(template: metadata.string("tokenizer.chat_template"), for: tokenizer)
    }

    /// The layout of the template `text`, a program or the name of a family (`chatml`, `llama3`, `zephyr`, `gemma`,
    /// `granite`).
    public init(template text: String?, for tokenizer: Tokenizer) throws(TokenizerError) {
        let vocabulary = tokenizer.vocabulary
        var beginning = tokenizer.addsBeginningOfSequence ? vocabulary.beginningOfSequence : nil
        let kind = try Self.kind(of: text, vocabulary)
        trimsText = kind == .llama3 || kind == .gemma || kind == .chatML && text.map(Self.trims) == true
        switch kind {
        case .chatML:
            family = .chatML(
                start: try Self.special("<|im_start|>", vocabulary), end: try Self.special("<|im_end|>", vocabulary))
        case .llama3:
            family = .llama3(
                startHeader: try Self.special("<|start_header_id|>", vocabulary),
                endHeader: try Self.special("<|end_header_id|>", vocabulary),
                end: try Self.special("<|eot_id|>", vocabulary))
            beginning = vocabulary.beginningOfSequence
        case .zephyr:
            guard let end = vocabulary.endOfSequence else {
                throw TokenizerError(
                    .unsupportedTemplate, "the model's chat template ends messages by a token the model does not have")
            }
            family = .zephyr(end: end)
        case .gemma:
            family = .gemma(
                start: try Self.special("<start_of_turn>", vocabulary),
                end: try Self.special("<end_of_turn>", vocabulary))
            beginning = vocabulary.beginningOfSequence
        case .granite:
            family = .granite(
                startRole: try Self.special("<|start_of_role|>", vocabulary),
                endRole: try Self.special("<|end_of_role|>", vocabulary),
                end: try Self.special("<|end_of_text|>", vocabulary))
        }
        self.beginning = beginning
        defaultSystemPrompt = text.flatMap(Self.defaultSystemPrompt)
        closedThinking = text.map { Self.closedThinking(of: $0, vocabulary) } ?? []
    }

    private enum Kind: String {
        case chatML = "chatml"
        case llama3, zephyr, gemma, granite
    }

    private static func kind(of template: String?, _ vocabulary: Vocabulary) throws(TokenizerError) -> Kind {
        // Without a template, a family shows by the tokens nobody else has.
        func says(_ mark: String) -> Bool { template?.contains(mark) ?? (vocabulary.id(of: mark) != nil) }
        if let kind = template.flatMap(Kind.init) { return kind }
        if says("<|im_start|>") { return .chatML }
        if says("<|start_header_id|>"), says("<|end_header_id|>") { return .llama3 }
        if says("<|start_of_role|>"), says("<|end_of_role|>") { return .granite }
        // Gemma's base models have these tokens too, and no template; its instruct models come with one.
        if template != nil, says("<start_of_turn>") { return .gemma }
        guard let template else {
            throw TokenizerError(
                .missingTemplate,
                "the model has no chat template: it goes on with a text and does not answer; "
                    + "use an instruct model for conversations, or `brim ask --raw`")
        }
        if template.contains("<|user|>"), template.contains("eos_token"), !template.contains("<|end|>") {
            return .zephyr
        }
        throw TokenizerError(
            .unsupportedTemplate,
            "the model's chat template is of no family this program knows; it begins \(template.quoted(upTo: 60)); use an "
                + "instruct model of the SmolLM, Qwen, Llama 3, Gemma, Granite or Zephyr kind, or go on without a "
                + "template: `brim ask --raw`")
    }

    private static func special(_ text: String, _ vocabulary: Vocabulary) throws(TokenizerError) -> Int32 {
        guard let id = vocabulary.id(of: text) else {
            throw TokenizerError(
                .unsupportedTemplate,
                "the model's chat template uses \(text), which is no token of the model; "
                    + "fetch another file of the model, or go on without a template: `brim ask --raw`")
        }
        return id
    }

    /// Whether a program takes the spaces off the ends of what was said, as Qwen 3.5's does.
    private static func trims(_ template: String) -> Bool {
        template.split(separator: "set content =").dropFirst().contains { rest in
            let block = rest.firstRange(of: "%}").map { rest[..<$0.lowerBound] } ?? rest
            return block.contains("message.content") && (block.contains("|trim") || block.contains("| trim"))
        }
    }

    /// The system prompt a template writes where the conversation has none: what Granite 4 calls so, or the first that stands in
    /// a ChatML template as one literal. Line breaks may be written as such or escaped.
    private static func defaultSystemPrompt(of template: String) -> String? {
        for rest in template.split(separator: "g4_default_system_message = '").dropFirst() {
            let literal = rest.prefix { $0 != "'" }
            if !literal.isEmpty, !literal.contains("\\") { return String(literal) }
        }
        for opening in ["<|im_start|>system\n", "<|im_start|>system\\n"] {
            for rest in template.split(separator: opening, omittingEmptySubsequences: false).dropFirst() {
                guard let end = rest.firstRange(of: "<|im_end|>") else { continue }
                let literal = rest[..<end.lowerBound]
                // A quote or a brace means that the literal ended before, and an expression stands there.
                guard !literal.isEmpty, !literal.contains(where: { "{}'\"".contains($0) }) else { continue }
                return String(literal).replacing("\\n", with: "\n")
            }
        }
        return nil
    }

    /// The empty thoughts that a template of a model which can think or not writes before an answer without thoughts.
    private static func closedThinking(of template: String, _ vocabulary: Vocabulary) -> [Segment] {
        guard template.contains("enable_thinking") || template.contains("/no_think") else { return [] }
        for (opening, lineBreak) in [("<think>\n\n</think>", "\n"), ("<think>\\n\\n</think>", "\\n")] {
            guard let found = template.firstRange(of: opening) else { continue }
            let rest = template[found.upperBound...].prefix { !"'\"{}".contains($0) }
            let breaks = String(rest).replacing(lineBreak, with: "\n").prefix { $0 == "\n" }
            guard let start = vocabulary.id(of: "<think>"), let end = vocabulary.id(of: "</think>") else {
                return [.text("<think>\n\n</think>\(breaks)")]
            }
            return [.special(start), .text("\n\n"), .special(end), .text(String(breaks))]
        }
        return []
    }
}
