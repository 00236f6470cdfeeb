internal import CTerminal
package import ChatUI
internal import Glibc

/// Why the screen was closed.
package enum ScreenExit: Sendable, Hashable {
    /// The person asked for it, or the task that ran the screen was cancelled.
    case quit
    /// The process was asked to end by this signal (`SIGTERM`, `SIGHUP`, `SIGINT`). Tidy up, and exit with 128 + it.
    case signal(Int32)
    /// The terminal is gone.
    case terminalGone
}

/// The full screen: takes the terminal, draws the state, and turns what happens into actions.
///
///     let screen = try ChatScreen(ChatState(), settings: settings)   // the first picture stands
///     let inbox = screen.inbox                                       // Sendable
///     Task { inbox.post(.model(.ready(await load()))) }              // from anywhere
///     let exit = await screen.run { effect in … }                    // the terminal is as it was
///
/// What the App owes: for each ``ChatEffect/submit(_:)`` the `TurnEvent`s of that turn, `finished` at last, also
/// where it failed or was stopped; a ``ModelStatus`` when the model is there, or cannot be. `suspend` and `redraw` are
/// done here and do not come out. One screen at a time.
@MainActor
package final class ChatScreen {
    /// Where the App tells what happened.
    package nonisolated let inbox = ScreenInbox()
    /// What is on the screen.
    package private(set) var state: ChatState
    private let settings: ScreenSettings
    private let isRemote: Bool
    /// Time between two pictures that nobody asked for by a key: 4 a second over SSH, 10 here.
    private let frameInterval: Duration
    private let wake: WakePipe
    private let terminal: Terminal
    private let reader: TerminalReader
    private var shown: Frame?
    private var parts = RenderCache()
    private var shownAt = Duration.zero
    private let timer: FrameTimer
    /// When the timer goes off; `nil` where it is not set.
    private var due: Duration?
    private var pings: [AsyncStream<Never>.Continuation] = []
    private var exit: ScreenExit?
    /// What the App does for the screen, and who waits for the end, while it runs.
    private var perform: (ChatEffect) -> Void = { _ in }
    private var ended: CheckedContinuation<Void, Never>?

    /// Takes the terminal and draws the first picture. Throws, with the terminal as it was, where there can be none.
    package init(_ state: ChatState, settings: ScreenSettings) throws(ScreenError) {
        self.state = state
        self.settings = settings
        isRemote = settings.isRemote
        frameInterval = isRemote ? .milliseconds(250) : .milliseconds(100)
        wake = try WakePipe()
        timer = try FrameTimer()
        let caught = ct_signals_catch(wake.writeEnd)
        guard caught == 0 else { throw .system("sigaction", errno: caught) }
        do throws(ScreenError) {
            terminal = try Terminal(settings)
            let inbox = inbox
            reader = try TerminalReader(input: settings.input, wake: wake, timer: timer) { event in
                switch event {
                case .input(let events): for event in events { inbox.post(.action(.input(event))) }
                case .signal(let number): inbox.post(.signal(number))
                case .due: inbox.post(.frameDue)
                case .closed: inbox.post(.terminalGone)
                }
            }
        } catch {
            ct_signals_release()
            throw error
        }
        self.state.wallClock = .now(at: inbox.now)
        _ = self.state.reduce(.resized(terminal.size), at: inbox.now)
        draw()
    }

    /// Runs until the person quits, a signal asks for the end, or the terminal is gone, and gives the terminal back.
    ///
    /// - Parameter perform: does what the screen asks for. It is called between two pictures and must not block.
    package func run(_ perform: @escaping (ChatEffect) -> Void) async -> ScreenExit {
        self.perform = perform
        await withTaskCancellationHandler {
            await withCheckedContinuation { ended in
                self.ended = ended
                turn()
            }
        } onCancel: {
            inbox.post(.cancelled)
        }
        close()
        self.perform = { _ in }
        return exit ?? .quit
    }

    /// Takes what has happened, and draws; comes again when there is more.
    private func turn() {
        while exit == nil {
            let batch = inbox.take(patientUntil: patientUntil) { Task { @MainActor in self.turn() } }
            guard let batch else { return }
            var isUrgent = false
            state.wallClock = .now(at: inbox.now)
            for (item, time) in batch where exit == nil {
                if take(item, time) { isUrgent = true }
            }
            if exit == nil { drawInTime(isUrgent: isUrgent, isFed: batch.contains { $0.item.mayWait }) }
            answerPings()
        }
        ended?.resume()
        ended = nil
    }

    private func close() {
        reader.stop()
        terminal.leave()
        ct_signals_release()
    }

    // MARK: - What happens

    /// Returns whether the picture must follow at once.
    private func take(_ item: ScreenInbox.Item, _ time: Duration) -> Bool {
        switch item {
        case .action(let action):
            for effect in state.reduce(action, at: time) { carryOut(effect) }
            if case .input = action { return true }
            return false
        case .frameDue:
            due = nil
            for effect in state.reduce(.tick, at: time) { carryOut(effect) }
        case .ping(let answer): pings.append(answer)
        case .signal(let number): return take(signal: number)
        case .terminalGone: exit = .terminalGone
        case .cancelled: exit = .quit
        }
        return false
    }

    /// Tells those who asked whether pictures are drawn that one is.
    private func answerPings() {
        guard !pings.isEmpty else { return }
        draw()
        for ping in pings { ping.finish() }
        pings = []
    }

    private func carryOut(_ effect: ChatEffect) {
        switch effect {
        case .quit: exit = .quit
        case .suspend: suspend()
        case .redraw: shown = nil
        case .copy(let text): copy(text)
        default: perform(effect)
        }
    }

    private func copy(_ text: String) {
        let sequence = ClipboardSequence(text, environment: settings.environment)
        if let sequence { terminal.write(sequence.text) }
        let words =
            sequence == nil
            ? "not copied: this terminal has no clipboard, or the text is too long for it"
            : "given to the terminal's clipboard \u{B7} whether it took it cannot be known"
        _ = state.reduce(.hint(words), at: inbox.now)
    }

    private func take(signal number: Int32) -> Bool {
        switch number {
        case SIGWINCH: resize()
        case SIGTSTP: suspend()
        case SIGCONT:
            terminal.assertModes()
            resize()
        default: exit = .signal(number)
        }
        return true
    }

    /// Takes the terminal's size, and draws all anew: the terminal may have cut and wrapped what it showed, even where
    /// its size is at last what it was.
    private func resize() {
        shown = nil
        let size = terminal.size
        if size != state.size { _ = state.reduce(.resized(size), at: inbox.now) }
    }

    private func suspend() {
        terminal.leave()
        ct_stop_process_group()
        terminal.takeAgain()
        resize()
    }

    // MARK: - Pictures

    /// Draws now where something is waited for, else when the last picture has stood long enough. Where nothing moves,
    /// no timer runs.
    ///
    /// - Parameter isFed: an answer is streaming. A piece of it that comes about when the next picture is due brings it, and
    ///   the timer's thread can sleep on.
    private func drawInTime(isUrgent: Bool, isFed: Bool) {
        let isDrawn = isUrgent || inbox.now - shownAt >= frameInterval - (isFed ? Self.grace : .zero)
        if isDrawn {
            draw()
            due = nil  // what it was set for is done
        }
        if !isDrawn || state.isAnimated {
            startTimer(at: shownAt + frameInterval + (isFed ? Self.grace : .zero))
        } else if let change = state.nextChange {
            startTimer(at: change)
        }
    }

    /// How long before and after its time a picture is drawn when something new comes.
    private static let grace = Duration.milliseconds(10)

    /// From when on something new is drawn; `nil` where no picture is due before long.
    private var patientUntil: Duration? {
        guard let due, due <= shownAt + frameInterval + Self.grace else { return nil }
        return shownAt + frameInterval - Self.grace
    }

    private func draw() {
        if terminal.setTheme(state.preferences.theme) { shown = nil }
        terminal.setMouse(takesMouse)
        shownAt = inbox.now
        state.settle()
        let frame = state.render(terminal.capabilities, reusing: &parts)
        terminal.draw(frame, since: shown)
        shown = frame
    }

    private var takesMouse: Bool {
        switch state.preferences.mouse {
        case .auto: !isRemote
        case .on: true
        case .off: false
        }
    }

    /// Leaves the timer where it is due before.
    private func startTimer(at time: Duration) {
        if let due, due <= time { return }
        due = time
        timer.set(after: time - inbox.now)
    }
}
