import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

/// What the meters say about the session: measured, or n/a.
struct SessionTests {
    @Test("the 95th percentile is by nearest rank, and nothing is known before the first sample")
    func percentile() {
        var stage = StageLatency(budget: .seconds(1))
        #expect(stage.p95 == nil && stage.last == nil)
        stage.add(nil)
        #expect(stage.p95 == nil)
        for milliseconds in (1...20).reversed() { stage.add(.milliseconds(milliseconds)) }
        #expect(stage.p95 == .milliseconds(19) && stage.last == .milliseconds(1))
        for _ in 0..<1000 { stage.add(.milliseconds(7)) }
        #expect(stage.samples.count == 100 && stage.p95 == .milliseconds(7))
    }

    @Test("answers are counted by where they came from, and a stopped one does not count as a whole answer's time")
    func counts() {
        let size = Size(columns: 120, rows: 36)
        let stopped = Scene.stopped.stage(size).state.session
        #expect(stopped.localCount == 2 && stopped.answer.samples.count == 1 && stopped.firstToken.samples.count == 2)
        let escalated = Scene.escalated.stage(size).state.session
        #expect(escalated.localCount == 0 && escalated.cloudCount == 1)
        #expect(escalated.cloudFirstToken.last == .milliseconds(270))
        #expect(Scene.refused.stage(size).state.session.unansweredCount == 1)
    }

    @Test("how sure an answer is has a word, by the threshold that decides")
    func words() {
        #expect(ConfidenceLevel(0.8, threshold: 0.8)?.word == "HIGH")
        #expect(ConfidenceLevel(0.79, threshold: 0.8)?.word == "UNSURE")
        #expect(ConfidenceLevel(0.39, threshold: 0.8)?.word == "LOW")
        #expect(ConfidenceLevel(nil, threshold: 0.8) == nil && ConfidenceLevel(0.9, threshold: nil) == nil)
    }

    @Test("a tick stands on the bar at its share of the width, and changes no width")
    func tick() {
        for glyphs in [Glyphs.rich, .console, .ascii] {
            for share in [0, 0.3, 0.5, 1] {
                let spans = Bar(share: share, width: 20, color: .brand, tick: 0.8).spans(glyphs)
                #expect(spans.width == 20)
                #expect(spans.map(\.text).joined().map(String.init)[16] == glyphs.corners.side)
            }
        }
    }

    @Test("the meters stand beside the conversation where there is room, else under it in two lines, else in one")
    func places() {
        func layout(_ columns: Int, _ rows: Int) -> ScreenLayout {
            ScreenLayout(size: Size(columns: columns, rows: rows), inputLines: 1)
        }
        #expect(layout(110, 33).side != nil && layout(110, 33).meters.isEmpty)
        #expect(layout(109, 33).side == nil && layout(109, 33).meters.count == 2)
        #expect(layout(80, 22).meters.count == 2 && layout(80, 21).meters.count == 1)
        #expect(layout(79, 30).meters.count == 1 && layout(59, 30).meters.isEmpty)
    }
}
