extension Behaviour {
    /// What the double does when it is asked for an answer in this way.
    package var script: Script {
        switch self {
        case .polite: .stream(ReplyText.whole(Self.words))
        case .reasoning:
            .stream(
                [ReplyText.role, ReplyText.reasoning("The user asks"), ReplyText.reasoning(" for a city.")]
                    + ["\n\n", "\nParis", "."].map(ReplyText.content)
                    + [ReplyText.finish(), ReplyText.usage(prompt: 21, completion: 9, reasoning: 6), ReplyText.done])
        case .empty: .stream([ReplyText.role, ReplyText.finish(), ReplyText.done])
        case .cutByLength: .stream(start + [ReplyText.finish("length"), ReplyText.done])
        case .doubleDone: .stream(ReplyText.whole(Self.words) + [ReplyText.done, ReplyText.content("too late")])
        case .byteOrderMark: .stream(["\u{FEFF}"] + ReplyText.whole(Self.words))
        case .echoMarks: .stream(ReplyText.whole(["<EMAIL_1> <EMA", "IL_2> <EMAIL_3>"]))
        case .comments: .stream(ReplyText.whole(Self.words).flatMap { [": keep-alive\r\n\r\n", $0] })
        case .slowStart, .slowly, .stall, .silentBeforeHead, .silentBeforeToken, .stallAfterDone: waiting
        case .aborted:
            .stream(start + [ReplyText.finish("abort"), ReplyText.usage(prompt: 21, completion: 3), ReplyText.done])
        case .filtered: .stream(start + [ReplyText.finish("content_filter"), ReplyText.done])
        case .refusal:
            .stream([ReplyText.role, ReplyText.refusal("I cannot help with that."), ReplyText.finish(), ReplyText.done])
        case .thinking:
            .stream(ReplyText.whole(["<th", "ink>The user asks", " for a city.</thi", "nk>\n\n", "Paris."]))
        case .oneByteAtATime, .megabyte, .notStreamed, .giantLine, .invalidUTF8, .compressed, .portal: unusual
        case .closeBeforeHead, .resetBeforeHead, .closeBeforeToken, .closeInStream, .resetInStream, .endWithoutDone,
            .usageThenEnd, .errorBeforeToken, .errorInStream, .garbage, .garbageInStream:
            broken
        default: refusal
        }
    }

    /// The first half of an answer.
    private var start: [String] { [ReplyText.role] + Self.words.prefix(3).map(ReplyText.content) }

    private var waiting: Script {
        let body = ReplyText.whole(Self.words).map { Script.Step.body(Array($0.utf8)) }
        let begun = start.map { Script.Step.body(Array($0.utf8)) }
        return switch self {
        case .slowStart: Script([.streamHead, .pause(.milliseconds(300))] + body + [.end])
        case .slowly: Script([.streamHead] + body.flatMap { [$0, .pause(.milliseconds(150))] } + [.end])
        case .stall: Script([.streamHead] + begun + [.hang])
        case .silentBeforeToken: Script([.streamHead, .hang])
        case .stallAfterDone: Script([.streamHead] + body + [.hang])
        default: Script([.hang])
        }
    }

    private var unusual: Script {
        switch self {
        case .oneByteAtATime:
            return Script(
                [.streamHead] + ReplyText.whole(Self.words).joined().utf8.map { .body([$0]) } + [.end])
        case .megabyte:
            let pieces = (0..<60).map { "piece\($0) " + String(repeating: "x", count: 18_000) }
            return .stream([ReplyText.whole(pieces).joined()])
        case .notStreamed:
            return .answer(
                200,
                """
                {"id":"chatcmpl-1","object":"chat.completion","choices":[{"index":0,"finish_reason":"stop",\
                "message":{"role":"assistant","content":"\(Self.words.joined())"}}],\
                "usage":{"prompt_tokens":21,"completion_tokens":7,"total_tokens":28}}
                """)
        case .giantLine: return .stream(start + ["data: " + String(repeating: "x", count: 1_200_000)])
        case .invalidUTF8:
            let head = Array("data: {\"choices\":[{\"delta\":{\"content\":\"caf".utf8)
            return Script(
                [.streamHead, .body(head + [0xC3, 0x28, 0xFF] + Array("\"}}]}\n\n".utf8))]
                    + [.body(Array(ReplyText.done.utf8)), .end])
        case .compressed:
            return Script([
                .head(status: 200, headers: [("content-type", "text/event-stream"), ("content-encoding", "gzip")]),
                .body([0x1F, 0x8B, 8, 0, 0, 0, 0, 0]), .end,
            ])
        default:
            return .answer(200, "<html><title>Welcome to Hotel WiFi</title></html>", type: "text/html")
        }
    }

    private var broken: Script {
        switch self {
        case .closeBeforeHead: Script([.close])
        case .resetBeforeHead: Script([.reset])
        case .closeBeforeToken: Script([.streamHead, .close])
        case .closeInStream: .stream(start, then: .close)
        case .resetInStream: .stream(start, then: .reset)
        case .endWithoutDone: .stream(start)
        case .usageThenEnd:
            .stream(start + [ReplyText.finish(), ReplyText.usage(prompt: 21, completion: 3)])
        case .errorBeforeToken: .stream([Self.error("The engine is overloaded", code: 503), ReplyText.done])
        case .errorInStream: .stream(start + [Self.error("The engine died", code: 500), ReplyText.done])
        case .garbage: Script([.raw(Array("\u{0}\u{1}SSH-2.0-OpenSSH_9.6\r\n\r\n".utf8)), .close])
        default: .stream(start + ["data: {\"choices\":[{\"del\n\n"])
        }
    }

    private var refusal: Script {
        switch self {
        case .unauthorised: .answer(401, Self.detail("Couldn't authenticate. Reason: Unable authenticate"))
        case .budget: .answer(402, Self.detail("Budget exhausted"))
        case .forbidden: .answer(403, Self.detail("Not allowed"))
        case .unknownModel: .answer(404, Self.detail("The model `double/gone` does not exist."))
        case .overflow:
            .answer(
                400,
                Self.detail(
                    "This model's maximum context length is 4096 tokens. However, you requested 5214 tokens (4190 in "
                        + "the messages, 1024 in the completion). Please reduce the length."))
        case .unprocessable:
            .answer(
                422,
                """
                {"detail":[{"type":"missing","loc":["body","messages",0,"content"],"msg":"Field required",\
                "input":{"role":"user","content":"a private question"}}]}
                """)
        case .openAIError:
            .answer(400, Self.json("Bad value for temperature", code: "\"invalid_value\""))
        case .rateLimited: .answer(429, Self.detail("Too many requests"), headers: [("retry-after", "0")])
        case .rateLimitedLong: .answer(429, Self.detail("Too many requests"), headers: [("retry-after", "600")])
        case .quota: .answer(429, Self.json("You exceeded your quota", code: "\"insufficient_quota\""))
        case .fault: .answer(500, "Internal Server Error", type: "text/plain")
        case .proxyPage:
            .answer(
                502, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>",
                type: "text/html")
        case .busy: .answer(503, Self.json("Service is overloaded", code: "503"))
        case .gatewayTimeout: .answer(504, "upstream request timeout", type: "text/plain")
        default: .answer(302, "", headers: [("location", "http://127.0.0.1:9/elsewhere")])
        }
    }

    private static func detail(_ text: String) -> String { "{\"detail\":\"\(text)\"}" }

    private static func json(_ message: String, code: String) -> String {
        "{\"error\":{\"message\":\"\(message)\",\"type\":\"error\",\"param\":null,\"code\":\(code)}}"
    }

    private static func error(_ message: String, code: Int) -> String {
        "data: \(json(message, code: "\(code)"))\n\n"
    }
}
