import TestSupport
import AssistantCore
import Testing

@testable import Nebius

/// What servers put where the text of an answer should be.
struct ReplyContentTests {
    /// What is told of a reply whose chunks have these deltas.
    private func collected(_ deltas: [String]) -> (text: String, reasoning: String, end: ReplyReader.Effect?) {
        var reader = ReplyReader()
        let chunks = deltas.map { "{\"choices\":[{\"delta\":\($0)}]}" }
        let effects = (chunks + [#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#, "[DONE]"])
            .flatMap { reader.handle(.message(type: "", data: $0)) }
        var text = ""
        var reasoning = ""
        for case .emit(let event) in effects {
            if case .content(let piece) = event { text += piece }
            if case .reasoning(let piece) = event { reasoning += piece }
        }
        return (text, reasoning, effects.last)
    }

    @Test("content that is a list of parts is their text, and parts that are reasoning are reasoning")
    func parts() {
        let lists = [
            #"{"content":[{"type":"text","text":"Paris"},{"type":"text","text":" is"}]}"#,
            #"{"content":["Paris"," is"]}"#, #"{"content":{"type":"text","text":"Paris is"}}"#,
            #"{"content":[{"text":"Paris is"}]}"#,
            #"{"content":[{"type":"text","text":{"value":"Paris is","annotations":[]}}]}"#,
            #"{"content":[{"type":"output_text","text":"Paris is"}]}"#,
        ]
        for list in lists {
            let collected = collected([list, #"{"content":" big"}"#])
            #expect(collected.text == "Paris is big" && collected.end == .complete(.ended, nil), "\(list)")
        }
        let thinking = collected([
            #"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"Paris"}]}"#
        ])
        #expect(thinking.text == "Paris" && thinking.reasoning == "hm")
        #expect(collected([#"{"content":[]}"#, #"{"content":null}"#, #"{"content":"a"}"#]).text == "a")
    }

    @Test("content that is no text is no answer, and what it is is said")
    func foreign() {
        let end = collected([#"{"content":[{"type":"image_url","image_url":{"url":"x"}}]}"#]).end
        #expect(end == .fail(.invalidReply, "a part of it is no text but of the type image_url"))
    }

    @Test("a refusal is the answer's text, and told as a refusal")
    func refusal() {
        let collected = collected([#"{"content":null,"refusal":"I can't"}"#, #"{"refusal":" do that."}"#])
        #expect(collected.text == "I can't do that." && collected.end == .complete(.refusal, nil))
    }

    @Test("a character whose halves come in two chunks is whole, and a half alone becomes a replacement character")
    func surrogates() {
        let cases: [([String], String)] = [
            ([#"{"content":"a\ud83d"}"#, #"{"content":"\ude00b"}"#], "a😀b"),
            ([#"{"content":"a\ud83d"}"#, #"{"content":"b"}"#], "a\u{FFFD}b"),
            ([#"{"content":"a\ud83d"}"#], "a\u{FFFD}"), ([#"{"content":"\ude00b"}"#], "\u{FFFD}b"),
            ([#"{"content":"\ud83d\ud83d\ude00"}"#], "\u{FFFD}😀"),
            ([#"{"content":"\ud83dx\ude00"}"#], "\u{FFFD}x\u{FFFD}"),
            ([#"{"content":"\uD83D\uDE00 \\ud83d"}"#], "😀 \\ud83d"),
            ([#"{"content":"\ud83d"}"#, #"{"content":""}"#, #"{"content":"\ude00"}"#], "😀"),
            ([#"{"content":"\ud83d"}"#, "{\"content\":\"\u{10FA00}\"}"], "\u{FFFD}\u{10FA00}"),
        ]
        for (deltas, text) in cases { #expect(collected(deltas).text == text, "\(deltas)") }
        #expect(collected([#"{"reasoning":"\ud83d"}"#, #"{"reasoning":"\ude00"}"#]).reasoning == "😀")
    }

    @Test("numbers that are none, and controls that are not escaped, do not cost the text beside them")
    func loose() {
        let deltas = [
            #"{"content":"a","score":NaN}"#, #"{"content":"b","x":[-Infinity,Infinity]}"#,
            "{\"content\":\"c\td NaN\"}",
        ]
        #expect(collected(deltas).text == "abc\td NaN")
        #expect(LooseJSON.repaired(Array(#"{"a":"NaN","b":"\ud83d\ude00","c":"\\ud83d"}"#.utf8)) == nil)
    }

    @Test("damaged JSON of every kind is repaired, or left to be refused, and never traps")
    func fuzz() {
        var random = SeededGenerator(seed: 16)
        let sample = Array(#"{"choices":[{"delta":{"content":"\ud83d\ude00 \u00e9 NaN"},"p":NaN,"q":-Infinity}]}"#.utf8)
        for _ in 0..<2_000 {
            let damaged = sample.mutated(using: &random)
            if let repaired = LooseJSON.repaired(damaged) { #expect(LooseJSON.repaired(repaired) == nil) }
        }
    }
}

struct ReasoningTagsTests {
    private func pieces(_ text: [String]) -> (answer: String, reasoning: String) {
        var tags = ReasoningTags()
        var result = (answer: "", reasoning: "")
        for piece in text.flatMap({ tags.take($0) }) + tags.finish() {
            switch piece {
            case .answer(let text): result.answer += text
            case .reasoning(let text): result.reasoning += text
            }
        }
        return result
    }

    @Test(
        "what stands between <think> and </think> at the beginning is reasoning, for any split",
        arguments: [
            ("<think>hm, a < b</think>\n\nParis.", "Paris.", "hm, a < b"),
            ("\n <think>\nhm\n</think>Paris </think>.", "Paris </think>.", "\nhm\n"),
            ("<thinking>é🦀</thinking> Paris", "Paris", "é🦀"), ("<think></think>a", "a", ""),
            ("<think>never closed </thin", "", "never closed </thin"), ("<think", "<think", ""), ("<", "<", ""),
            ("<b>bold</b> <think>x</think>", "<b>bold</b> <think>x</think>", ""), ("", "", ""), ("\n\n", "", ""),
            ("a <think>b</think>", "a <think>b</think>", ""), ("\n\n  a", "  a", ""), ("<thin>", "<thin>", ""),
            ("`<think>` is a tag", "`<think>` is a tag", ""),
        ])
    func collected(text: String, answer: String, reasoning: String) {
        let scalars = Array(text.unicodeScalars).map { String($0) }
        let splits =
            [[text], scalars]
            + (0...scalars.count).map { [scalars[..<$0].joined(), scalars[$0...].joined()] }
        for split in splits {
            let collected = pieces(split)
            #expect(collected.answer == answer && collected.reasoning == reasoning, "\(split)")
        }
    }
}

struct ReplyFormTests {
    private func form(_ body: String, _ type: String, isEnd: Bool = true) -> ReplyForm? {
        ReplyForm(Array(body.utf8), isEnd: isEnd, type: type)
    }

    @Test(
        "the first bytes say what a body is, whatever its type",
        arguments: [
            "", "text/event-stream", "text/plain; charset=utf-8", "application/json", "application/octet-stream",
        ])
    func bytes(type: String) {
        for start in [
            "data: {", "data:{", "event: x", ": ping", "id: 1\n", "retry: 3", "\u{FEFF}data: x", "\n\ndata: x",
        ] {
            #expect(form(start, type) == .events, "\(start)")
        }
        for start in ["{\"choices\"", "  \n{", "\u{FEFF}{", "[1"] { #expect(form(start, type) == .whole, "\(start)") }
        for start in ["<html>", " <!doctype"] { #expect(form(start, type) == .words, "\(start)") }
    }

    @Test("words are words, where no event stream was announced")
    func words() {
        #expect(
            form("upstream connect error", "text/plain") == .words && form("upstream", "text/event-stream") == .events)
        #expect(form("", "text/plain") == .words && form("", "text/event-stream") == .events && form("", "") == .events)
        #expect(form("da", "text/plain", isEnd: false) == nil && form("da", "text/plain") == .words)
        #expect(form(" \n", "application/json", isEnd: false) == nil)
    }
}
