package import AssistantCore

/// Runs the effects of ``PushToTalk`` on a source of sound and a transcriber: the shell around the machine.
///
/// For any thread; calls return at once. What happens is told by the closures that it was made with.
package final class TalkRunner: Sendable {
    /// Where sound and words come from, and who is told.
    package struct Ports: Sendable {
        package var source: any AudioSource
        package var transcriber: any Transcriber
        /// Silences the answer that is being given.
        package var stopAnswer: @Sendable () -> Void
        package var onUpdate: @Sendable (TalkUpdate) -> Void

        package init(
            source: any AudioSource, transcriber: any Transcriber, stopAnswer: @escaping @Sendable () -> Void,
            onUpdate: @escaping @Sendable (TalkUpdate) -> Void
        ) {
            self.source = source
            self.transcriber = transcriber
            self.stopAnswer = stopAnswer
            self.onUpdate = onUpdate
        }
    }

    /// An event, and of which recording it tells where it tells of one.
    private struct Item: Sendable {
        var event: PushToTalk.Event
        var take: Int?
    }

    private let inbox: AsyncStream<Item>.Continuation
    private let work: Task<Void, Never>

    /// Begins to serve; ends with ``close()``.
    package init(_ ports: Ports, settings: PushToTalk.Settings = PushToTalk.Settings()) {
        let (items, inbox) = AsyncStream<Item>.makeStream()
        self.inbox = inbox
        work = Task {
            var session = Session(ports: ports, machine: PushToTalk(settings), inbox: inbox)
            for await item in items { session.handle(item) }
            await session.close()
        }
    }

    deinit { inbox.finish() }

    /// Takes a key.
    package func press(_ key: TalkKey) { inbox.yield(Item(event: .key(key))) }

    /// Says whether talking is possible; a reason where it is not.
    package func allow(because reason: String?) { inbox.yield(Item(event: .allowed(because: reason))) }

    /// Drops what is at work and returns when it has ended.
    package func close() async {
        inbox.finish()
        await work.value
    }

    /// The state of the loop that feeds the machine.
    private struct Session {
        let ports: Ports
        var machine: PushToTalk
        let inbox: AsyncStream<Item>.Continuation
        var take: RecordingTranscription?
        /// Recordings so far; what an earlier one still tells is not heard.
        var takes = 0
        var timer: Task<Void, Never>?
        let clock = ContinuousClock()
        let origin = ContinuousClock.now

        mutating func handle(_ item: Item) {
            if let number = item.take, number != takes { return }
            for effect in machine.handle(item.event, at: clock.now - origin) { run(effect) }
        }

        private mutating func run(_ effect: PushToTalk.Effect) {
            switch effect {
            case .stopAnswer: ports.stopAnswer()
            case .startRecording:
                takes += 1
                take = RecordingTranscription(ports.source.startRecording(), ports.transcriber) { [inbox, takes] in
                    inbox.yield(Item(event: $0, take: takes))
                }
            case .finishRecording: take?.finish()
            case .dropRecording:
                take?.drop()
                take = nil
                takes += 1
            case .wake(let time): wake(at: time)
            case .emit(let update): ports.onUpdate(update)
            }
        }

        private mutating func wake(at time: Duration) {
            timer?.cancel()
            timer = Task { [inbox, clock, deadline = origin + time] in
                // A cancelled timer rings not.
                guard (try? await clock.sleep(until: deadline)) != nil else { return }
                inbox.yield(Item(event: .timer))
            }
        }

        func close() async {
            timer?.cancel()
            take?.drop()
            await take?.end()
        }
    }
}
