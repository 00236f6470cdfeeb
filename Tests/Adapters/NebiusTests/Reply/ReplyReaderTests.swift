import TestSupport
import AssistantCore
import NebiusDouble
import Testing

@testable import Nebius

struct ReplyReaderTests {
    private func effects(_ events: [String], end: Bool = false) -> [ReplyReader.Effect] {
        var reader = ReplyReader()
        return events.flatMap { reader.handle(.message(type: "", data: $0)) } + (end ? reader.finish() : [])
    }

    private func content(_ text: String) -> String { #"{"choices":[{"delta":{"content":"\#(text)"}}]}"# }

    @Test("content, reasoning and the reason to stop are told apart")
    func parts() {
        let chunks = [
            #"{"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}"#,
            #"{"choices":[{"delta":{"reasoning_content":"hm","content":null}}]}"#,
            #"{"choices":[{"delta":{"reasoning":"so","tool_calls":[]}}],"service_tier":null}"#,
            content("a"), #"{"choices":[{"delta":{},"finish_reason":"length"}]}"#, "[DONE]",
        ]
        #expect(
            effects(chunks) == [
                .emit(.reasoning("hm")), .emit(.reasoning("so")), .emit(.content("a")), .complete(.length, nil),
            ])
    }

    @Test("newlines before the first text are dropped, later ones stay")
    func newlines() {
        #expect(
            effects([#"\n"#, #"\n\nA"#, #"\n"#, "B"].map(content))
                == [.emit(.content("A")), .emit(.content("\n")), .emit(.content("B"))])
    }

    @Test("usage comes with choices, without them, or with every chunk, and counts once")
    func usage() {
        let counted = CloudUsage(promptTokens: 5, completionTokens: 2, reasoningTokens: 1, cachedPromptTokens: 4)
        let usage = """
            "usage":{"prompt_tokens":5,"completion_tokens":2,"completion_tokens_details":{"reasoning_tokens":1},\
            "prompt_tokens_details":{"cached_tokens":4}}
            """
        #expect(
            effects(["{\"choices\":[],\(usage)}", "[DONE]"]) == [
                .emit(.usage(counted)), .complete(.other(""), counted),
            ])
        #expect(effects(["{\(usage)}"]) == [.emit(.usage(counted))])
        let beside = "{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\(usage)}"
        #expect(
            effects([beside, beside]) == [.emit(.content("a")), .emit(.usage(counted)), .emit(.content("a"))])
    }

    @Test(
        "counts that make no sense are no usage",
        arguments: [
            #"{"prompt_tokens":-1,"completion_tokens":2}"#, #"{"prompt_tokens":"5","completion_tokens":2}"#,
            #"{"prompt_tokens":1.5,"completion_tokens":2}"#, #"{"prompt_tokens":1e300,"completion_tokens":2}"#,
            #"{"prompt_tokens":99999999999,"completion_tokens":2}"#, #"{"prompt_tokens":5}"#, "[]", "true",
        ])
    func nonsense(usage: String) {
        #expect(effects([#"{"choices":[],"usage":\#(usage)}"#]) == [])
    }

    private func finish(_ reason: String) -> String { #"{"choices":[{"delta":{},"finish_reason":"\#(reason)"}]}"# }

    @Test(
        "the model's own reason says how a reply ended, with [DONE] and without",
        arguments: [
            ("stop", CloudStop.ended), ("eos_token", .ended), ("end_turn", .ended), ("STOP", .ended),
            ("length", .length), ("max_tokens", .length), ("content_filter", .contentFilter),
            ("SAFETY", .contentFilter),
            ("tool_calls", .other("tool_calls")),
        ])
    func reasons(reason: String, stop: CloudStop) {
        let whole: [ReplyReader.Effect] = [.emit(.content("a")), .complete(stop, nil)]
        #expect(effects([content("a"), finish(reason), "[DONE]"], end: true) == whole)
        #expect(effects([content("a"), finish(reason)], end: true) == whole)
        #expect(effects([content("a"), finish(reason), " [DONE] "], end: true) == whole)
    }

    @Test(
        "an answer that the server gave up is no answer, whatever follows",
        arguments: ["abort", "error", "cancelled", "timeout", "engine_error", "insufficient_system_resource"])
    func givenUp(reason: String) {
        for rest in [[], ["[DONE]"], [#"{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}"#, "[DONE]"]] {
            let collected = effects([content("half a"), finish(reason)] + rest, end: true)
            let sentence = "it ended the answer with \"\(reason)\""
            #expect(collected.last == .fail(.unavailable(retryAfter: nil), sentence), "\(rest)")
        }
    }

    @Test("an error after the model's own end is an error")
    func errorAfterStop() {
        let collected = effects([content("a"), finish("stop"), #"{"error":{"message":"boom"}}"#], end: true)
        #expect(collected.last == .fail(.unavailable(retryAfter: nil), "boom"))
    }

    @Test("an event of the type error is one, whatever its data")
    func errorEvents() {
        for (data, sentence) in [("boom", "boom"), (#"{"message":"boom"}"#, "boom"), (#"{"x":1}"#, #"{"x":1}"#)] {
            var reader = ReplyReader()
            let collected = reader.handle(.message(type: "error", data: data))
            #expect(collected == [.fail(.unavailable(retryAfter: nil), sentence)])
        }
    }

    @Test("an event that the end of the stream cut off counts where it is whole, and is nothing where it is not")
    func unclosed() {
        for (data, isWhole) in [(finish("stop"), true), ("[DONE]", true), (String(finish("stop").dropLast()), false)] {
            var reader = ReplyReader()
            _ = reader.handle(.message(type: "", data: content("a")))
            let collected = reader.handle(.unclosed(type: "", data: data)) + reader.finish()
            #expect(collected.count == 1)
            if case .complete? = collected.first {
                #expect(isWhole)
            } else {
                #expect(collected == [.fail(.brokenStream, "")])
            }
        }
    }

    @Test("nothing counts after the end, and the end without [DONE] and without a reason is a broken stream")
    func end() {
        #expect(effects(["[DONE]", content("late"), "[DONE]"], end: true) == [.complete(.other(""), nil)])
        #expect(effects([content("a")], end: true) == [.emit(.content("a")), .fail(.brokenStream, "")])
        #expect(effects([], end: true) == [.fail(.brokenStream, "")])
    }

    @Test(
        "an error in any shape ends the reply",
        arguments: [
            #"{"error":{"message":"boom","code":500}}"#, #"{"error":"boom"}"#, #"{"detail":"boom"}"#,
            #"{"object":"error","message":"boom","code":503}"#, #"{"choices":[],"error":{"message":"boom"}}"#,
        ])
    func errors(chunk: String) {
        #expect(
            effects([content("a"), chunk, content("b")]) == [
                .emit(.content("a")), .fail(.unavailable(retryAfter: nil), "boom"),
            ])
    }

    @Test("the reply's own error code says what kind of failure it is")
    func errorCodes() {
        #expect(effects([#"{"error":{"message":"m","code":429}}"#]) == [.fail(.rateLimited(retryAfter: nil), "m")])
        #expect(effects([#"{"error":{"message":"m","code":"insufficient_quota"}}"#]) == [.fail(.budgetExhausted, "m")])
    }

    @Test("what is no chunk is no answer", arguments: ["", "{", "null", "[1]", #"{"choices":"no"}"#, "data", "NaN"])
    func noChunk(data: String) {
        let effects = effects([data])
        guard case .fail(.invalidReply, _)? = effects.first, effects.count == 1 else {
            Issue.record("\(effects)")
            return
        }
    }

    @Test("brackets without end neither hang nor trap")
    func deep() {
        for bracket in ["[", #"{"a":"#] {
            let bomb = String(repeating: bracket, count: 100_000)
            #expect(effects([bomb, #"{"choices":[],"usage":"# + bomb]).count == 1)
        }
    }

    @Test("a damaged stream gives an answer, or a reason, and never more than one end")
    func fuzz() {
        var random = SeededGenerator(seed: 2)
        let sample = Array(
            (ReplyText.whole(Behaviour.words) + [
                ReplyText.reasoning("hm"), #"data: {"error":{"message":"x"}}"# + "\n\n",
            ])
            .shuffled(using: &random).joined().utf8)
        for _ in 0..<400 {
            var parser = SSEParser(limit: 4096)
            var reader = ReplyReader()
            let events = parser.handle(sample.mutated(using: &random)) + parser.finish()
            let effects = events.flatMap { reader.handle($0) } + reader.finish()
            let ends = effects.count { if case .emit = $0 { false } else { true } }
            #expect(ends == 1)
        }
    }
}
