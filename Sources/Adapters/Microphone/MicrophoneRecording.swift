internal import AssistantCore

/// A recording of a ``Microphone``.
struct MicrophoneRecording: AudioRecording {
    let events: AsyncStream<AudioEvent>
    private let hub: CaptureHub
    private let number: Int

    init(_ hub: CaptureHub) {
        let number = hub.beginRecording()
        (self.hub, self.number) = (hub, number)
        events = AsyncStream {
            while true {
                switch hub.next(number) {
                case .event(let event): return event
                case .wait: await hub.wait(number)
                case .end: return nil
                }
            }
        } onCancel: {
            hub.endRecording(number)
        }
    }

    func stop() { hub.endRecording(number) }
}
