import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

/// The conversations that are kept: listed, searched, gone on with, renamed, deleted, exported.
struct ConversationTests {
    private static let size = Size(columns: 80, rows: 24)
    private static let boats = ConversationID(3)

    @Test("every letter typed into the list asks for what fits, and an answer to an older question is not shown")
    func search() {
        var stage = Stage(Self.size)
        stage.ready()
        #expect(stage.press(.character("o"), .control) == [.listConversations("")])
        #expect(stage.screen.contains("looking"))
        #expect(stage.press(.character("t")) == [.listConversations("t")])
        let old = ListedConversation(id: Self.boats, title: "Boats", time: "14:00", messageCount: 2)
        stage.act(.conversations([old], for: ""))
        #expect(!stage.screen.contains("Boats"))
        stage.act(.conversations([old], for: "t"))
        #expect(stage.screen.contains("> Boats"))
        #expect(stage.press(.enter) == [.openConversation(Self.boats)])
        // One that comes when the list is closed opens nothing.
        stage.act(.conversations([old], for: "t"))
        #expect(stage.state.panel == nil)
    }

    @Test("a conversation that is gone on with stands as it was, with its drafts, figures and title")
    func resumes() {
        let stage = Scene.resumed.stage(Self.size)
        let screen = stage.screen
        #expect(screen.contains("When do the boats leave? ") && screen.contains("draft"))
        #expect(screen.contains("NEBIUS") && screen.contains("conf 0.91") && screen.contains("stopped"))
        #expect(stage.state.conversation == Self.boats)
        #expect(!screen.contains("moss"))
    }

    @Test("while an answer is at work it is stopped first, and the other conversation comes when it has ended")
    func waits() {
        var stage = Scene.streaming.stage(Self.size)
        stage.press(.character("o"), .control)
        stage.act(
            .conversations(
                [ListedConversation(id: Self.boats, title: "Boats", time: "14:00", messageCount: 2)], for: ""))
        #expect(stage.press(.enter) == [.stopAnswer])
        #expect(stage.act(.turn(.ended(.stopped))) == [.openConversation(Self.boats)])
    }

    @Test("deleting takes two presses of the key with nothing between them")
    func deletes() {
        var stage = Scene.deleting.stage(Self.size)
        #expect(stage.screen.contains("delete it for good?"))
        stage.press(.up)
        stage.press(.down)
        #expect(!stage.screen.contains("delete it for good?"))
        #expect(stage.press(.character("d"), .control) == [])
        #expect(
            stage.press(.character("d"), .control) == [.deleteConversation(Self.boats), .listConversations("tide")])
    }

    @Test("deleting the conversation at hand empties the screen")
    func deletesThis() {
        var stage = Scene.conversations.stage(Self.size)
        stage.press(.delete)
        #expect(stage.press(.delete).first == .deleteConversation(ConversationID(7)))
        stage.press(.escape)
        #expect(stage.state.transcript.entries.isEmpty && stage.state.conversation == nil)
    }

    @Test("a title is changed in the list, by key and by command; an empty one is none")
    func renames() {
        var stage = Scene.conversations.stage(Self.size)
        stage.press(.down)
        stage.press(.character("t"), .control)
        stage.press(.character("u"), .control)
        stage.type("Ferries")
        #expect(stage.press(.enter) == [.renameConversation(Self.boats, "Ferries"), .listConversations("")])
        stage.press(.escape)
        stage.press(.function(4))
        stage.type("About moss")
        #expect(stage.press(.enter) == [.renameConversation(ConversationID(7), "About moss")])
        #expect(stage.screen.contains("\u{2500} About moss \u{2500}"))
        stage.type("/rename  ")
        #expect(stage.press(.enter) == [] && stage.state.title == "About moss")
    }

    @Test("what is typed behind a command goes with it")
    func arguments() {
        var stage = Scene.conversations.stage(Self.size)
        stage.press(.escape)
        for (text, effect) in [
            ("/export notes.json", ChatEffect.exportConversation(ConversationID(7), to: "notes.json")),
            ("/exp", .exportConversation(ConversationID(7), to: "")), ("/threshold 0.65", .setThreshold(0.65)),
            ("/system Answer in rhymes.", .setSystemPrompt("Answer in rhymes.")), ("/cost", .report(.cost)),
            ("/clear", .newConversation),
        ] {
            stage.type(text)
            #expect(stage.press(.enter) == [effect], "\(text)")
        }
        stage.type("/threshold 7")
        #expect(stage.press(.enter) == [] && stage.screen.contains("from 0 to 1"))
        stage.type("/export")
        #expect(stage.press(.enter) == [] && stage.screen.contains("nothing to export"))
    }

    @Test("Tab writes a command out; where something must follow, Enter asks for it")
    func completes() {
        var stage = Stage(Self.size)
        stage.ready()
        stage.type("/thr")
        stage.press(.tab)
        #expect(stage.state.panel?.panel == .picker(Picker(kind: .commands, query: "threshold ")))
        stage.press(.escape)
        stage.type("/thr")
        stage.press(.enter)
        #expect(stage.state.panel?.panel == .picker(Picker(kind: .commands, query: "threshold ")))
        stage.act(.input(.paste("0.5\n")))
        #expect(stage.press(.enter) == [.setThreshold(0.5)])
    }
}
