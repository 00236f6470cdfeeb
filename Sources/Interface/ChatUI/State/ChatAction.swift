package import AssistantCore

/// What happens to the screen. Every action comes with the time at which it happened.
package enum ChatAction: Sendable {
    /// A key, a paste, the mouse, or a reply of the terminal.
    case input(InputEvent)
    case resized(Size)
    /// Time has passed; sent while ``ChatState/isAnimated``, and at ``ChatState/nextChange``.
    case tick
    /// The model behind the screen.
    case model(ModelStatus)
    /// What makes the answers of this device: `HAT+`; `nil` for its processor.
    case backend(String?)
    /// How the device is now.
    case device(DeviceSummary)
    /// A model is being fetched beside the conversation; `nil` where none is any more.
    case arrival(ModelArrival?)
    /// How the cloud stands now.
    case cloud(CloudStatus)
    /// What ``ChatEffect/previewHandOver`` asked for.
    case outgoing(Outgoing)
    /// What becomes of the last ``ChatEffect/submit(_:)`` or ``ChatEffect/handOver``. It must come to a `finished`, also
    /// where it failed or was stopped.
    case turn(TurnEvent)
    /// What ``ChatEffect/handOver`` asked for begins: the answer before it has ended.
    case handOverBegan
    /// How talking stands, or what was said.
    case talk(TalkUpdate)
    /// What ``ChatEffect/listConversations(_:)`` asked for, the latest first.
    case conversations([ListedConversation], for: String)
    /// What ``ChatEffect/openConversation(_:)`` asked for.
    case opened(OpenedConversation)
    /// The conversation at hand is kept, under this title.
    case titled(ConversationID, String)
    /// How the screen is to look and what its keys do, from now on.
    case configured(ScreenPreferences)
    /// What the person thought of the last finished answer is kept; `nil` where it was taken back.
    case judged(AnswerVerdict?)
    /// What ``ChatEffect/report(_:)`` asked for.
    case report(Report)
    /// Whether what happens is kept on this device, as it should be.
    case kept(Bool)
    /// What ``ChatEffect/checkPIN(_:)`` asked for.
    case pin(PINVerdict)
    /// The document that questions are answered from now, by name; `nil` for none any more.
    case document(String?)
    /// A line of the program itself in the conversation.
    case notice(Notice)
    /// A word or a sentence on the status line, until the next key.
    case hint(String)
    /// What is heard of an answer that is being said aloud; `nil` where none is any more.
    case speaking(SpeakingProgress?)
    /// When answers are said aloud: `always`; `none` where there is no voice.
    case speaker(String)
}

extension ChatAction {
    /// Whether it may lie until the next picture: it comes often, and asks for nothing to be done.
    package var mayWait: Bool {
        switch self {
        case .turn(.local(.scored, _)), .device, .arrival(.some), .speaking(.some): true
        default: isPiece
        }
    }

    /// Whether it is a key that types a character.
    var isTyped: Bool {
        guard case .input(.key(let key)) = self, case .character = key.key else { return false }
        return key.modifiers.isEmpty
    }

    /// Whether it is a piece of an answer and nothing else.
    var isPiece: Bool {
        if case .turn(let event) = self { event.piece != nil } else { false }
    }
}

/// Where those behind the screen tell what happened.
package protocol ActionInbox: Sendable {
    /// Never blocks; any thread.
    func post(_ action: ChatAction)
}

/// Whether there is a model to answer.
package enum ModelStatus: Sendable, Hashable {
    /// Being loaded; the name, where it is known.
    case loading(String?)
    case ready(ModelIdentity)
    /// There is none; one sentence with the next step.
    case failed(String)
}

/// Whether digits end a kiosk.
package enum PINVerdict: Sendable, Hashable {
    case right
    /// They do not, or were not looked at; none are for so long.
    case wrong(lockedFor: Duration)
}

/// What the screen asks for.
package enum ChatEffect: Sendable, Hashable {
    /// The question that follows was spoken.
    ///
    /// - Parameter hearing: from the end of the recording to its words.
    case answerAloud(hearing: Duration?)
    /// Say answers aloud `never`, to questions by `voice`, or `always`; empty for the next of them.
    case setSpeaking(String)
    /// Say answers louder, or more quietly: what is being said too. Of 100.
    case changeVolume(by: Int)
    /// Say nothing more of the answer that is being said.
    case silence
    /// The person sent this. It may come before the model is ready, and must then be answered when it is.
    case submit(String)
    /// The person asks about a picture: a file's path, in quotes where it has blanks, and a question. As `submit`.
    case submitPicture(String)
    /// Stop the answer, and say `finished` for it.
    case stopAnswer
    /// Turn the local-only lock on or off, and say how the cloud stands then.
    case setLocalOnly(Bool)
    /// Say what would leave the device if the last question were handed over now.
    case previewHandOver
    /// Hand the last question over, and with it allow the endpoint that the preview named. An answer that is at work on
    /// it is stopped. Like a question, it must come to a `finished`.
    case handOver
    /// The person presses, or lets go of, the key to talk.
    case talk(TalkKey)
    /// Let no sound through any more, or again.
    case muteMicrophone(Bool)
    /// What is asked from now on belongs to a new conversation. No answer is at work.
    case newConversation
    /// Forget all that was said, on disk too: whoever said it has gone.
    case forgetConversation
    /// Say which conversations there are; those in which something like this was said, where it is not empty.
    case listConversations(String)
    /// Go on with that conversation: say what was said in it. No answer is at work.
    case openConversation(ConversationID)
    case renameConversation(ConversationID, String)
    case deleteConversation(ConversationID)
    /// Write it to a file: `json`, a path, or nothing, which leaves the choice.
    case exportConversation(ConversationID, to: String)
    /// Keep a local answer from this confidence on, 0 … 1, and say how the cloud stands then.
    case setThreshold(Double)
    /// What the model is told before every conversation; empty for what it is told by default.
    case setSystemPrompt(String)
    /// Change how answers are sampled: a parameter's name and a number, or `default`.
    case setSampling(String)
    case report(ReportSubject)
    /// Answer questions from this document from now on, and say that it is open, or why it cannot be; empty closes it.
    case readDocument(String)
    /// Let that model answer from the next question on, and say that it does, or why it cannot.
    case useModel(String)
    /// Keep what the person thinks of the last answer, or forget it, and say that it is done. No answer is at work.
    case judge(AnswerVerdict?)
    /// Say whether these digits end a kiosk.
    case checkPIN(String)
    /// Put a text into the terminal's clipboard.
    case copy(String)
    case quit
    /// Give the terminal back to the shell until the program is continued.
    case suspend
    /// Draw everything again: the terminal may have been written over.
    case redraw
}
