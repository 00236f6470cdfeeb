import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

struct ChatStateTests {
    private static let size = Size(columns: 80, rows: 24)

    private static func answer(_ stage: Stage) -> Answer? {
        for entry in stage.state.transcript.entries.reversed() {
            if case .answer(let answer) = entry.content { return answer }
        }
        return nil
    }

    @Test("Enter sends what was written, without the blanks around it, and clears the input")
    func submit() {
        var stage = Stage(Self.size)
        stage.ready()
        stage.ask("  hello there ")
        #expect(stage.effects == [.submit("hello there")])
        #expect(stage.state.editor.isEmpty)
        #expect(stage.state.isAnswering)
        stage.press(.enter)
        stage.type("   ")
        stage.press(.enter)
        #expect(stage.effects.count == 1)
    }

    @Test("a question may be asked before the model is ready")
    func early() {
        var stage = Stage(Self.size)
        stage.act(.model(.loading("m")))
        stage.ask("hello")
        #expect(stage.effects == [.submit("hello")])
        #expect(stage.screen.contains("waiting for the model"))
    }

    @Test("without a model nothing is sent, and the text stays")
    func noModel() {
        var stage = Stage(Self.size)
        stage.act(.model(.failed("There is no model. Run `brim models fetch`.")))
        stage.ask("hello")
        #expect(stage.effects.isEmpty)
        #expect(stage.state.editor.text == "hello")
        #expect(stage.screen.contains("no model to answer"))
    }

    @Test("Esc stops the answer once and keeps what came, marked as stopped")
    func stop() {
        var stage = Scene.streaming.stage(Self.size)
        #expect(stage.press(.escape) == [.stopAnswer])
        #expect(stage.press(.escape) == [])
        #expect(stage.screen.contains("stopping"))
        stage.act(
            .turn(
                .local(
                    .token(GeneratedToken(id: 1, text: " last", logProbability: 0, entropy: 0, margin: 0)))))
        stage.end(.stopped)
        #expect(Self.answer(stage)?.wasStopped == true)
        #expect(Self.answer(stage)?.text.shown.hasSuffix("trunk is the last") == true)
        #expect(stage.screen.contains("stopped"))
        #expect(stage.press(.escape) == [])
    }

    @Test("Ctrl-C stops the answer, else clears the input, else says how to quit")
    func interrupt() {
        var stage = Scene.streaming.stage(Self.size)
        #expect(stage.press(.character("c"), .control) == [.stopAnswer])
        stage.end(.stopped)
        stage.press(.character("c"), .control)
        #expect(stage.state.editor.isEmpty)
        #expect(stage.screen.contains("Ctrl-Y brings it back"))
        stage.press(.character("c"), .control)
        #expect(stage.screen.contains("Ctrl-Q quits"))
        stage.press(.character("y"), .control)
        #expect(stage.state.editor.text == "What about")
    }

    @Test("Ctrl-Q and F10 quit in every state of the screen", arguments: Scene.allCases)
    func quit(scene: Scene) {
        for size in [Self.size, Size(columns: 39, rows: 9), Size(columns: 1, rows: 1)] {
            var stage = scene.stage(size)
            guard stage.state.kiosk == nil else { continue }
            #expect(stage.press(.character("q"), .control) == [.quit])
            #expect(stage.press(.function(10)) == [.quit])
        }
    }

    @Test("a pasted text of 40 lines is one message")
    func paste() {
        var stage = Scene.paste.stage(Self.size)
        #expect(stage.state.editor.text.split(separator: "\n").count == 40)
        guard case .submit(let text) = stage.press(.enter).first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(text.split(separator: "\n").count == 40)
    }

    @Test("the meters show what the model reported, and the mean of its probabilities")
    func meters() {
        var stage = Stage(Self.size)
        stage.ready()
        stage.ask("hello")
        let statistics = PrefillStatistics(
            promptTokens: 40, reusedTokens: 0, duration: .milliseconds(100))
        stage.act(.turn(.local(.prefilled(statistics))), after: .milliseconds(100))
        for number in 0..<11 {
            let token = GeneratedToken(
                id: 1, text: "x", logProbability: -0.5 - Float(number) / 10, entropy: 0, margin: 0)
            stage.act(.turn(.local(.token(token))), after: .milliseconds(50))
        }
        let meters = stage.state.meters
        #expect(meters.timeToFirstToken == .milliseconds(150))
        #expect(meters.tokensPerSecond == 20)
        #expect(meters.contextTokens == 51)
        #expect(abs((meters.probability ?? 0) - 0.36788) < 1e-4)
        let summary = GenerationSummary(
            stop: .eos, generatedTokens: 11, timeToFirstToken: .milliseconds(140),
            decodeDuration: .milliseconds(400),
            contextTokens: 52)
        stage.act(.turn(.local(.finished(summary))))
        stage.end()
        #expect(Self.answer(stage)?.figures.timeToFirstToken == .milliseconds(150))
        #expect(Self.answer(stage)?.figures.tokensPerSecond == 25)
        #expect(stage.state.meters.contextTokens == 52)
        stage.ask("again")
        #expect(stage.state.meters.timeToFirstToken == nil)
        #expect(stage.state.meters.probability == nil)
        #expect(stage.state.meters.contextTokens == 52)
    }

    @Test("numbers do not move while they change")
    func jitter() {
        var positions: Set<[Int]> = []
        var stage = Stage(Self.size)
        stage.ready()
        stage.ask("hello")
        for _ in 0..<2 { stage.stream("a few words of text", promptTokens: 900) }
        for pause in [1, 20, 300, 900] {
            let token = GeneratedToken(id: 1, text: "x", logProbability: -0.2, entropy: 0, margin: 0)
            stage.act(.turn(.local(.token(token))), after: .milliseconds(pause))
            let line = stage.screen.split(separator: "\n", omittingEmptySubsequences: false)[20]
            positions.insert(
                ["tok/s", "context", "/2048", "%", "prob"].map { part in
                    line.firstRange(of: part).map { line.distance(from: line.startIndex, to: $0.lowerBound) }
                        ?? -1
                })
        }
        #expect(positions.count == 1 && positions.first?.contains(-1) == false)
    }

    @Test(
        "the picture moves by itself while something is awaited or streams, and not otherwise",
        arguments: Scene.allCases)
    func animation(scene: Scene) {
        let moving: Set<Scene> = [
            .loading, .reading, .streaming, .scrolled, .asking, .escalating, .cloudDown, .hearing, .spoken,
            .throttled, .kioskAnswering,
        ]
        #expect(scene.stage(Self.size).state.isAnimated == moving.contains(scene))
    }

    @Test(
        "what is sent, sent again, copied and renamed is what was written, to the byte", arguments: EditorTests.scripts)
    func exactText(text: String) {
        var stage = Stage(Self.size)
        stage.ready()
        #expect(stage.act(.input(.paste(text, wasCut: false))).isEmpty)
        let sent = stage.press(.enter)
        guard case .submit(let prompt)? = sent.first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(prompt.utf8.elementsEqual(text.utf8))
        stage.stream(text + " " + text)
        stage.end()
        var state = stage.state
        guard case .copy(let copied)? = state.run(.copy).first else {
            Issue.record("nothing was copied")
            return
        }
        #expect(copied.utf8.elementsEqual((text + " " + text).utf8))
        stage.press(.up)
        #expect(stage.state.editor.text.utf8.elementsEqual(text.utf8))
        #expect(!stage.screen.unicodeScalars.contains { $0.properties.generalCategory == .format })
    }

    @Test("the indentation of the first line is sent, blank lines around the text are not")
    func indentation() {
        var stage = Stage(Self.size)
        stage.ready()
        stage.act(.input(.paste("\n  \n    if a:\n        b\n\n", wasCut: false)))
        #expect(stage.press(.enter) == [.submit("    if a:\n        b")])
    }

    @Test("a reply that was cut, withheld or declined says so under it, now and when it is opened again")
    func endWords() {
        for (word, words) in [
            ("length", "cut at the length limit"), ("content_filter", "the rest was withheld by the provider"),
            ("refusal", "the model declined"), ("tool_calls", "ended by the server: tool_calls"),
        ] {
            var stage = Stage(Size(columns: 120, rows: 30))
            stage.ready()
            stage.ask("hello")
            stage.act(.turn(.escalation("r", sentTokens: 1)))
            stage.act(.turn(.text("Paris is the")))
            let figures = AnswerFigures(stop: word)
            stage.act(.turn(.replied(CloudStop(word: word))))
            #expect(stage.screen.contains(words))
            let stored = StoredMessage(
                id: MessageID(1), conversation: ConversationID(1), message: Message(.assistant, "Paris is the"),
                createdAt: Timestamp(millisecondsSince1970: 0), state: .stopped, origin: .cloud, figures: figures)
            #expect(Answer(stored).words.contains(words) && !Answer(stored).wasStopped)
        }
    }

    @Test("what a hint says of something else stays when an answer ends; what is no longer true goes")
    func hints() {
        var stage = Stage(Self.size)
        stage.ready()
        stage.ask("Well?")
        stage.stream("It")
        stage.act(.hint("the themes are dark, light"))
        stage.end()
        #expect(stage.screen.contains("the themes are dark, light"))
        stage.ask("And?")
        #expect(!stage.screen.contains("the themes are"), "until a key is pressed")
        stage.ask("And then?")
        #expect(stage.screen.contains("queued: sent when"))
        stage.end()
        #expect(!stage.screen.contains("queued: sent when"))
    }

    @Test("hostile text never reaches the screen as control bytes")
    func hostile() {
        var stage = Stage(Self.size)
        stage.act(
            .model(
                .ready(
                    ModelIdentity(
                        name: "m\u{1B}]0;x\u{7}", quantisation: "", contextLength: 9, fingerprint: "")))
        )
        stage.act(.notice(Notice(.warning, "a\u{1B}[2Jb\u{9B}c")))
        stage.act(.hint("\u{1B}[1m"))
        stage.ask("\u{202E}evil")
        stage.stream("\u{1B}]52;c;aGk=\u{7} \u{1B}[?1049l \r\n\u{8} fine")
        stage.act(.turn(.cloudFailed("\u{1B}[H")))
        stage.act(.turn(.escalation(to: "m\u{1B}", "\u{7}")))
        stage.end(.broken("\u{1B}c"))
        for cell in stage.state.render(Capabilities()).cells {
            #expect(
                cell.text.unicodeScalars.allSatisfy {
                    $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
                })
        }
    }

    @Test("an answer handed to a remote model leaves its draft, a line that says why, and the reply")
    func escalation() {
        var stage = Scene.streaming.stage(Size(columns: 120, rows: 36))
        stage.act(.turn(.escalation(to: "Llama-3.3-70B", "conf 0.41 < 0.80", sentTokens: 214, redactions: 3)))
        stage.act(.turn(.text("It is the southern side.")), after: .milliseconds(400))
        let why = "NEBIUS Llama-3.3-70B \u{B7} conf 0.41 < 0.80 \u{B7} sent"
        #expect(stage.screen.contains("\(why) ~214 tok \u{B7} 3 redacted"), "an estimate is marked as one")
        // It goes on in a second line, with neither a mark of its own nor a dot left behind in the first one.
        let lines = stage.screen.split(separator: "\n").map { String($0.prefix(80)).trimmed }
        #expect(lines.contains("\u{B7} draft kept") && !lines.contains { $0.hasSuffix("\u{B7}") })
        #expect(lines.count { $0.contains("\u{2192}") } == 1)
        stage.act(.turn(.replied(sentTokens: 231)))
        let screen = stage.screen
        #expect(screen.contains("\(why) 231 tok \u{B7} 3 redacted"), "what the provider counted takes its place")
        #expect(screen.contains("nebius"))
        #expect(!stage.state.isAnswering)
    }

    @Test("what was left out of the context is said above the answer")
    func trimmed() {
        var stage = Stage(Self.size)
        stage.ready()
        stage.ask("hello")
        stage.act(.turn(.local(.contextTrimmed(droppedMessages: 4))))
        stage.stream("fine")
        stage.end()
        let contents = stage.state.transcript.entries.map(\.content)
        guard case .person = contents[0], case .notice = contents[1],
            case .answer(let answer) = contents[2]
        else {
            Issue.record("wrong order")
            return
        }
        #expect(answer.text.shown == "fine")
    }

    @Test(
        "every size from nothing to huge can be drawn, in every scene, and keeps the cursor inside",
        arguments: Scene.allCases)
    func sizes(scene: Scene) {
        var stage = scene.stage(Self.size)
        for columns in [0, 1, 2, 5, 39, 40, 59, 60, 79, 80, 110, 300] {
            for rows in [0, 1, 2, 9, 10, 14, 15, 19, 20, 60] {
                stage.act(.resized(Size(columns: columns, rows: rows)))
                let frame = stage.state.render(Capabilities())
                #expect(frame.size == Size(columns: columns, rows: rows))
                if let cursor = frame.cursor {
                    #expect((0..<columns).contains(cursor.column) && (0..<rows).contains(cursor.row))
                }
            }
        }
    }

    @Test("letters that come all at once are cut into lines with the next picture, and not each for itself")
    func typedAtOnce() {
        let text = String(repeating: "seven w ", count: 437)
        var typed = Stage(Size(columns: 80, rows: 24))
        typed.ready()
        typed.type(text)
        #expect(!typed.state.isSettled && typed.state.inputLayout.rows == [0..<0])
        var pasted = Stage(Size(columns: 80, rows: 24))
        pasted.ready()
        pasted.act(.input(.paste(text)))
        #expect(typed.screen == pasted.screen && typed.screen.contains("\(pasted.state.inputLayout.rows.count) lines"))
        // Whatever is no letter finds them cut.
        typed.press(.up)
        #expect(typed.state.isSettled && typed.state.inputLayout == pasted.state.inputLayout)
    }
}
