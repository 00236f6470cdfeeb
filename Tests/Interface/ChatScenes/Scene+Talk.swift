internal import AssistantCore
internal import ChatUI

extension Scene {
    /// A question that is spoken: while it is said, while it is heard, and in the conversation.
    func playTalk(_ stage: inout Stage) {
        stage.exchange(Self.mossQuestion, Self.mossAnswer)
        if self == .saying { return playSaying(&stage) }
        stage.act(.talk(.status(TalkStatus(.ready))))
        stage.press(.function(2))
        var shown = TalkStatus.Recording(elapsed: .milliseconds(4_300), hasSpeech: true, text: "And in the southern")
        shown.level = SoundLevel(
            rmsDecibels: -21, peakDecibels: -0.1, noiseFloorDecibels: -58, isClipping: true, isSpeech: true)
        shown.overruns = 2
        stage.act(.talk(.status(TalkStatus(.recording(shown), method: .tap))), after: .milliseconds(4_300))
        if self == .recording { return }
        stage.act(.talk(.status(TalkStatus(.hearing, method: .tap))), after: .milliseconds(900))
        stage.act(.tick, after: .milliseconds(140))
        if self == .hearing { return }
        stage.act(.talk(.status(TalkStatus(.ready, method: .tap))), after: .milliseconds(40))
        stage.act(
            .talk(
                .spoken(
                    SpokenText(
                        text: "And in the southern hemisphere?", confidence: 0.83, audioDuration: .milliseconds(5_200),
                        releaseToText: .milliseconds(180)))))
        stage.stream("South of the equator the sun stands in the north")
    }

    private func playSaying(_ stage: inout Stage) {
        stage.act(.talk(.status(TalkStatus(.ready))))
        stage.act(.speaker("always"))
        stage.act(
            .speaking(
                SpeakingProgress(
                    first: " It is a hint,", last: " in a dark and wet forest it grows all around.", level: -18.4,
                    latency: .milliseconds(210))))
    }
}
