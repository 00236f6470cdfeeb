import AssistantCore
import FoundationEssentials
import Nebius
import NebiusDouble
import Synchronization
import Testing

/// Every way in which a reply can end, over every transport, at every pace: what is made of it.
struct ReplyEndTests {
    /// What the server says before it ends.
    enum Ending: String, CaseIterable, Sendable {
        case everything = "stop, usage, [DONE]"
        case withoutDone = "stop, usage"
        case stopAlone = "stop"
        case length = "length, usage, [DONE]"
        case filtered = "content_filter"
        case abort = "abort, usage, [DONE]"
        case error = "error, usage"
        case doneAlone = "[DONE]"
        case usageAlone = "usage"
        case nothing = "nothing"
        case errorEvent = "stop, then an error"
        case whole = "one JSON text"

        var pieces: [String] {
            let half = [ReplyText.role] + Behaviour.words.prefix(3).map(ReplyText.content)
            let usage = ReplyText.usage(prompt: 21, completion: 3)
            return switch self {
            case .everything: half + [ReplyText.finish(), usage, ReplyText.done]
            case .withoutDone: half + [ReplyText.finish(), usage]
            case .stopAlone: half + [ReplyText.finish()]
            case .length: half + [ReplyText.finish("length"), usage, ReplyText.done]
            case .filtered: half + [ReplyText.finish("content_filter")]
            case .abort: half + [ReplyText.finish("abort"), usage, ReplyText.done]
            case .error: half + [ReplyText.finish("error"), usage]
            case .doneAlone: half + [ReplyText.done]
            case .usageAlone: half + [usage]
            case .nothing: half
            case .errorEvent: half + [ReplyText.finish(), "data: {\"error\":{\"message\":\"boom\"}}\n\n"]
            case .whole:
                [
                    #"{"choices":[{"message":{"content":"Paris is the"},"finish_reason":"stop"}],"#,
                    #""usage":{"prompt_tokens":21,"completion_tokens":3}}"#,
                ]
            }
        }

        /// What it has to be told as, in a word.
        var verdict: String {
            switch self {
            case .everything, .withoutDone, .stopAlone, .whole: "whole"
            case .length: "length"
            case .filtered: "content_filter"
            case .doneAlone: "unknown"
            case .abort, .error, .errorEvent: "unavailable"
            case .usageAlone, .nothing: "broken_stream"
            }
        }
    }

    enum Transport: String, CaseIterable, Sendable { case chunked, length, close, http2 = "HTTP/2" }

    enum Pace: String, CaseIterable, Sendable {
        /// All in one write, and the end at once.
        case atOnce = "at once"
        case inPieces = "in pieces"
        case slowly
    }

    /// Whether the transport says that the body is whole.
    enum Last: String, CaseIterable, Sendable { case orderly, cut }

    struct Case: Sendable {
        var ending: Ending
        var transport: Transport
        var pace: Pace
        var last: Last

        static let all = Ending.allCases.flatMap { ending in
            Transport.allCases.flatMap { transport in
                Pace.allCases.flatMap { pace in
                    Last.allCases.map { Case(ending: ending, transport: transport, pace: pace, last: $0) }
                }
            }
        }

        /// A body that the end of the connection ends is whole wherever that is: nothing can be cut off from it.
        var verdicts: Set<String> {
            guard last == .cut, transport != .close else { return [ending.verdict] }
            // What the client had not read by then may be lost with the connection.
            let lost: Set = ["broken_stream", ending == .errorEvent ? "whole" : ending.verdict]
            return lost.union([ending.verdict])
        }

        var script: Script {
            let type = ending == .whole ? "application/json" : "text/event-stream"
            var steps: [Script.Step] = [.head(status: 200, headers: [("content-type", type)])]
            switch pace {
            case .atOnce: steps.append(.body(Array(ending.pieces.joined().utf8)))
            case .inPieces: steps += ending.pieces.map { .body(Array($0.utf8)) }
            case .slowly: steps += ending.pieces.flatMap { [.body(Array($0.utf8)), .pause(.milliseconds(1))] }
            }
            steps.append(last == .orderly ? .end : .close)
            var script = Script(steps)
            switch transport {
            case .chunked, .http2: break
            case .length: script.framing = .length(missing: last == .orderly ? 0 : 100)
            case .close: script.framing = .close
            }
            return script
        }
    }

    /// In a word, what the client made of a reply.
    private static func verdict(_ outcome: Outcome) -> String {
        if let failure = outcome.failure { return failure.kind.code }
        guard let summary = outcome.summary else { return "no end" }
        guard outcome.text == "Paris is the" else { return "text lost" }
        return summary.stop.word ?? "whole"
    }

    /// Times each case is run: once, and with `BRIM_REPLY_RUNS` as often as that takes for so many runs in all.
    private static var rounds: Int {
        let runs = ProcessInfo.processInfo.environment["BRIM_REPLY_RUNS"].flatMap { Int($0) } ?? 0
        return max(1, (runs + Case.all.count - 1) / Case.all.count)
    }

    @Test("a reply is told by the reason that the model gave for its end, over every transport and at every pace")
    func table() async throws {
        let (rounds, cases) = (Self.rounds, Case.all)
        var counts: [String: [String: Int]] = [:]
        let shares = Dictionary(grouping: cases.indices) { cases[$0].transport == .http2 }
        for (isHTTP2, share) in shares {
            // A connection for each round: HTTP/2 is suspicious of one on which too many streams are reset.
            for round in 0..<rounds {
                try await Harness.run({ request, _ in cases[Self.number(in: request)].script }, http2: isHTTP2) {
                    harness in
                    for index in share {
                        let verdict = Self.verdict(await harness.client.ask("case \(index)."))
                        let tried = cases[index]
                        #expect(tried.verdicts.contains(verdict), "\(tried), round \(round)")
                        let row = "\(tried.ending.rawValue) | \(tried.transport.rawValue) | \(tried.last.rawValue)"
                        counts[row, default: [:]][verdict, default: 0] += 1
                    }
                }
            }
        }
        guard rounds > 1 else { return }
        print("| the server says | transport | its end | told as |\n|---|---|---|---|")
        for (row, verdicts) in counts.sorted(by: { $0.key < $1.key }) {
            let words = verdicts.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }
            print("| \(row) | \(words.joined(separator: ", ")) |")
        }
    }

    /// The case that a request asks for.
    private static func number(in request: SeenRequest) -> Int {
        guard let start = request.text.firstRange(of: "case ") else { return 0 }
        return Int(request.text[start.upperBound...].prefix { $0.isNumber }) ?? 0
    }

    @Test("a server that answers and hangs up at once has answered: the end of our request is not waited for")
    func hangsUp() async throws {
        let whole = Case(ending: .everything, transport: .close, pace: .atOnce, last: .orderly).script
        try await Harness.run({ _, _ in whole }) { harness in
            for _ in 0..<200 {
                let outcome = await harness.client.ask()
                #expect(outcome.summary?.stop == .ended, "\(outcome.failure?.message ?? "")")
            }
        }
    }

    @Test("plain text that is an event stream is read, and other plain text is quoted")
    func plainText() async throws {
        let pieces = ReplyText.whole(Behaviour.words).joined()
        for (body, text) in [(pieces, ReplyTests.whole), ("upstream connect error", "")] {
            try await Harness.run({ _, _ in .answer(200, body, type: "text/plain") }) { harness in
                let outcome = await harness.client.ask()
                #expect(outcome.text == text)
                #expect((outcome.failure == nil) == !text.isEmpty)
                let message = outcome.failure?.message ?? ""
                #expect(
                    text.isEmpty == message.contains("of the type text/plain: upstream connect error"), "\(message)")
            }
        }
    }

    @Test("an answer that has ended is given, though the server neither counts it nor hangs up")
    func stalledBehindStop() async throws {
        let clock = ManualClock()
        let pieces = Ending.stopAlone.pieces
        try await Harness.run({ _, _ in .stream(pieces, then: .hang) }, time: TimeSource(clock)) { harness in
            let hasText = Mutex(false)
            let asking = Task {
                let outcome = await harness.client.ask { if $0 == .content(" the") { hasText.withLock { $0 = true } } }
                hasText.withLock { $0 = false }
                return outcome
            }
            while !hasText.withLock(\.self) { await Task.yield() }
            // Far less than the time-out of a stalled answer.
            for _ in 0..<8 where hasText.withLock(\.self) {
                try await Task.sleep(for: .milliseconds(25))
                clock.advance(by: .seconds(1))
            }
            let collected = await asking.value
            #expect(collected.summary?.stop == .ended && collected.text == "Paris is the")
        }
    }
}
