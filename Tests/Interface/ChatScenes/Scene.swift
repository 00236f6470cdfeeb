internal import AssistantCore
package import ChatUI

/// Telling moments of the screen.
package enum Scene: String, Sendable, CaseIterable {
    case loading, noModel, idle, reading, streaming, stopped, failed, scrolled, help, paste, wide, markdown, palette
    case unsure, consent, obstacle, asking, escalating, escalated, remoteFailed, refused, localOnly, overBudget
    case cloudDown
    case recording, hearing, spoken
    /// An answer that is said aloud.
    case saying
    case conversations, deleting, resumed, report
    /// An answer from documents, one of whose sentences no document says; a passage of it, opened.
    case cited, passage
    /// An answer with its figures one by one; a message that is chosen; a board that is too hot.
    case figures, chosen, throttled
    case attract, kiosk, kioskListening, kioskAnswering, warning, pin

    package func stage(_ size: Size) -> Stage {
        let kiosk: Set<Scene> = [.attract, .kiosk, .kioskListening, .kioskAnswering, .warning, .pin]
        if kiosk.contains(self) { return kioskStage(size) }
        var stage = Stage(size)
        if self == .loading {
            stage.act(.model(.loading("smollm2-135m-instruct-q4_1")))
            stage.act(.tick, after: .milliseconds(140))
            return stage
        }
        if self == .noModel {
            stage.act(
                .model(.failed("No model is installed. Run `brim models fetch`, then start again.")))
            return stage
        }
        stage.ready()
        switch self {
        case .loading, .noModel, .idle: break
        case .reading: playReading(&stage)
        case .streaming: playStreaming(&stage)
        case .stopped: playStopped(&stage)
        case .failed: playFailed(&stage)
        case .scrolled: playScrolled(&stage)
        case .help: playHelp(&stage)
        case .paste: playPaste(&stage)
        case .wide: playWide(&stage)
        case .recording, .hearing, .spoken, .saying: playTalk(&stage)
        case .conversations, .deleting, .resumed, .report: playConversations(&stage)
        case .markdown: stage.exchange("How do I count lines in Swift?", Self.markdownAnswer)
        case .figures, .chosen, .throttled: playFigures(&stage)
        case .cited, .passage: playCited(&stage)
        case .palette:
            stage.exchange(Self.mossQuestion, Self.mossAnswer)
            stage.type("/co")
        default: playCloud(&stage)
        }
        return stage
    }

    private func playReading(_ stage: inout Stage) {
        stage.exchange(Self.mossQuestion, Self.mossAnswer)
        stage.ask("And in the southern hemisphere?")
        stage.act(.turn(.local(.prefilling(done: 64, total: 212))), after: .milliseconds(120))
    }

    private func playStreaming(_ stage: inout Stage) {
        stage.exchange(Self.mossQuestion, Self.mossAnswer)
        stage.ask("And in the southern hemisphere?")
        stage.stream(
            "South of the equator the sun stands in the north, so the shaded side of a trunk is the",
            promptTokens: 212)
        stage.type("What about")
    }

    private func playFigures(_ stage: inout Stage) {
        stage.exchange(Self.mossQuestion, Self.mossAnswer)
        stage.act(.talk(.status(TalkStatus(.ready))))
        if self == .throttled {
            var health = Stage.health
            health.celsius = 84
            health.throttling = [.throttled, .underVoltage]
            stage.act(.device(DeviceSummary(health, processorShare: 0.97)))
            stage.ask("And in the southern hemisphere?")
            stage.stream(
                "South of the equator the sun stands in the north, so the shaded side of a trunk is the south side there",
                promptTokens: 212, pace: .milliseconds(80))
            return
        }
        stage.press(.tab)
        stage.press(self == .figures ? .enter : .up)
    }

    private func playStopped(_ stage: inout Stage) {
        playStreaming(&stage)
        stage.press(.escape)
        stage.end(.stopped)
    }

    private func playFailed(_ stage: inout Stage) {
        stage.ask(Self.mossQuestion)
        stage.stream("Moss grows")
        stage.end(.broken("the model ran out of memory"))
    }

    private func playScrolled(_ stage: inout Stage) {
        for number in 1...6 {
            stage.exchange("\(Self.mossQuestion) (\(number))", Self.mossAnswer)
        }
        stage.ask("And in the southern hemisphere?")
        stage.stream("South of the equator")
        stage.press(.pageUp)
    }

    private func playHelp(_ stage: inout Stage) {
        stage.exchange(Self.mossQuestion, Self.mossAnswer)
        stage.press(.function(1))
    }

    private func playPaste(_ stage: inout Stage) {
        stage.exchange(Self.mossQuestion, Self.mossAnswer)
        let lines = (1...40).map { "line \($0) of what was pasted" }
        stage.act(.input(.paste(lines.joined(separator: "\r"))))
    }

    private func playWide(_ stage: inout Stage) {
        stage.exchange(
            "\u{82D4}\u{306F}\u{3069}\u{3061}\u{3089}\u{306B}\u{751F}\u{3048}\u{307E}\u{3059}\u{304B}\u{FF1F}",
            String(
                repeating:
                    "\u{82D4}\u{306F}\u{5317}\u{5074}\u{306B}\u{751F}\u{3048}\u{307E}\u{3059}\u{3002}",
                count: 9)
                + " \u{1F33F} e\u{301}te\u{301} \u{1F1EB}\u{1F1F7} \u{1B}[31mno red\u{7}")
    }

    private static let markdownAnswer = """
        ## Counting lines
        Split the text at its **newlines** and count the pieces; `split` drops *empty* ones unless told otherwise:

        ```swift
        let lines = text.split(separator: "\\n", omittingEmptySubsequences: false)
        print(lines.count)
        ```

        1. read the file
        2. split it, which for a long file takes a moment and as much memory as the file has bytes

        | Way | Speed | Memory |
        |-----|-------|--------|
        | split | fast | all |
        | [AsyncLineSequence](https://swift.org) | slower | little |
        """

    static let mossQuestion = "Which side of a tree does moss grow on?"
    static let mossAnswer = """
        In the northern hemisphere moss tends to grow on the north side of a tree, since that side gets less sun \
        and stays damp for longer. It is a hint, not a compass: in a dark and wet forest it grows all around.

        - shade keeps the bark moist
        - running water on a leaning trunk matters more than the sun
        """
}
