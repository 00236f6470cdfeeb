internal import AssistantCore

/// Everything that the screen shows. A value: ``reduce(_:at:)`` changes it, ``render(_:)`` draws it.
package struct ChatState: Sendable {
    /// The answer that is at work.
    struct Turn: Sendable, Hashable {
        /// Its entry in the transcript.
        var answer: Int
        var sentAt: Duration
        /// When the question was sent, whoever works on it now.
        var askedAt: Duration
        /// The person asked to stop it.
        var isStopping = false
        /// The person handed it to the cloud: a first `ended` is that of the answer before.
        var isHandedOver = false
        var hasHandOverBegun = false
        /// The entry of the local draft that a remote model is to replace.
        var draft: Int?
    }

    package internal(set) var size: Size
    package internal(set) var transcript = Transcript()
    package internal(set) var editor = Editor()
    package internal(set) var meters = Meters()
    package internal(set) var model = ModelStatus.loading(nil)
    /// What makes the answers of this device, where that is not its processor.
    package internal(set) var backend: String?
    /// How the device is, where it tells.
    package internal(set) var device: DeviceSummary?
    /// The model that is fetched meanwhile.
    package internal(set) var arrival: ModelArrival?
    package internal(set) var cloud = CloudStatus()
    /// How the lock was asked to be, until somebody has said that it is so.
    var lockWish: Bool?
    /// When the cloud may be asked again, where that is known.
    var cloudRetryAt: Duration?
    /// Whether what happens will be there after the program has ended. Where it should be and is not, the header says so.
    package internal(set) var isKept = true
    /// What is heard of an answer that is being said aloud; `nil` where none is.
    var speaking: SpeakingProgress?
    /// When answers are said aloud, in a word or three; `nil` where nobody has said.
    package internal(set) var speaker: String?
    var session = SessionFigures()
    /// The lines of the input, of the revision that they were made for.
    private(set) var inputLayout = EditorLayout(rows: [0..<0], width: 0)
    private var inputRevision = 0
    /// Whether lines are cut and the transcript fitted to what has happened.
    var isSettled = true
    var history: InputHistory
    package internal(set) var preferences = ScreenPreferences()
    var turn: Turn?
    /// What was sent meanwhile, oldest first.
    var queue: [QueuedMessage] = []
    /// What the status line says until the next key.
    var hint: String?
    /// The hint that is no longer true once the answer has ended; others stay until a key is pressed.
    var hintUntilEnd: String? { didSet { if let hintUntilEnd { hint = hintUntilEnd } } }
    var panel: OpenPanel?
    /// What help lies over.
    var covered: OpenPanel?
    /// Where the person wants to go, once the answer at work has ended.
    var departure: PendingConversation?
    /// The conversation at hand, once it is kept, and what it is called.
    var conversation: ConversationID?
    var title = ""
    /// The document that questions are answered from, by name; `nil` where none is open.
    package internal(set) var document: String?
    /// What the list of conversations shows; `nil` until somebody has said which there are.
    var listed: [ListedConversation]?
    var talk = TalkView()
    /// `nil` for a screen of one's own.
    var kiosk: Kiosk?
    /// What time of day it is; `nil` where nobody has said.
    package var wallClock: WallClock?
    /// When the last action happened, and when the model began to load.
    var now = Duration.zero
    var loadingSince = Duration.zero

    /// - Parameters:
    ///   - size: of the terminal.
    ///   - history: what was sent in earlier conversations, oldest first.
    ///   - preferences: how the person wants it.
    ///   - kiosk: for a screen that anybody may walk up to.
    package init(
        size: Size = Size(columns: 80, rows: 24), history: [String] = [],
        preferences: ScreenPreferences = ScreenPreferences(), kiosk: KioskRules? = nil
    ) {
        self.size = size
        self.preferences = preferences
        self.kiosk = kiosk.map { Kiosk($0) }
        self.history = InputHistory(history)
        settle()
    }

    /// Which key does what.
    var keymap: Keymap { preferences.keymap }

    /// The time of day of the last action.
    var timeOfDay: Timestamp? { wallClock?.time(at: now) }

    /// Whether an answer is at work.
    package var isAnswering: Bool { turn != nil }

    /// Whether the picture changes by time alone. Where it does not, nothing needs to be drawn until something happens.
    package var isAnimated: Bool {
        if case .loading = model { return true }
        if talk.isHearing { return true }
        if let cloudRetryAt, cloudRetryAt > now { return true }
        guard let turn, case .answer(let answer) = transcript.entries[turn.answer].content else { return false }
        return answer.phase != .ended
    }

    /// When the picture next changes by time, where ``isAnimated`` is false; `nil` where it does not.
    package var nextChange: Duration? { kiosk?.nextChange(after: now) }

    /// Where everything stands.
    var layout: ScreenLayout {
        ScreenLayout(size: size, inputLines: inputLayout.rows.count, queued: queue.count, isKiosk: kiosk != nil)
    }

    /// Cuts the input into lines, and fits the transcript to what the other parts leave. ``reduce(_:at:)`` does so itself,
    /// but for pieces of an answer and for letters, of which many may come between two pictures: to be called before
    /// ``render(_:)``, which else does it for itself alone.
    package mutating func settle() {
        isSettled = true
        let width = ScreenLayout.inputWidth(size)
        if inputRevision != editor.revision || inputLayout.width != width {
            inputLayout = editor.layout(width: width)
            inputRevision = editor.revision
        }
        let layout = layout
        transcript.fit(width: layout.textWidth, height: layout.transcript.count)
    }
}
