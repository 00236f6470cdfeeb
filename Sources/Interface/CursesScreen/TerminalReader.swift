internal import ChatUI
internal import Glibc

/// Reads keys, wake-up calls and the time of the next picture on a thread of its own, and sleeps while there are none.
final class TerminalReader: Sendable {
    enum Event: Sendable {
        case input([InputEvent])
        /// A signal arrived, as its handler wrote it to ``wakeDescriptor``.
        case signal(Int32)
        /// The timer has gone off.
        case due
        /// The terminal is gone: hung up, or closed. The last event.
        case closed
    }

    /// Where signal handlers write their number; 0 ends the thread.
    let wakeDescriptor: Int32
    private let thread: pthread_t

    /// - Parameters:
    ///   - input: descriptor of a terminal in raw mode; must stay open until ``stop()``, and so must the others.
    ///   - deliver: called on the reader's thread.
    init(
        input: Int32, wake: borrowing WakePipe, timer: borrowing FrameTimer,
        deliver: @escaping @Sendable (Event) -> Void
    ) throws(ScreenError) {
        wakeDescriptor = wake.writeEnd
        let loop = Loop(input: input, wake: wake.readEnd, timer: timer.descriptor, deliver: deliver)
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(loop).toOpaque()
        let result = unsafe pthread_create(
            &thread, nil,
            { context in
                unsafe Unmanaged<Loop>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, context)
        guard result == 0 else {
            unsafe Unmanaged<Loop>.fromOpaque(context).release()
            throw .system("pthread_create", errno: result)
        }
        self.thread = thread
    }

    /// Ends the thread and waits for it. Call once.
    func stop() {
        var end: UInt8 = 0
        while unsafe write(wakeDescriptor, &end, 1) < 0, errno == EINTR {}
        pthread_join(thread, nil)
    }
}

/// What the thread runs.
private final class Loop {
    private let input: Int32
    private let wake: Int32
    private let timer: Int32
    private let deliver: @Sendable (TerminalReader.Event) -> Void
    private var parser = KeyParser()
    private var patientUntil: ContinuousClock.Instant?

    init(input: Int32, wake: Int32, timer: Int32, deliver: @escaping @Sendable (TerminalReader.Event) -> Void) {
        self.input = input
        self.wake = wake
        self.timer = timer
        self.deliver = deliver
    }

    func run() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var descriptors = [input, wake, timer].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while true {
            let ready = unsafe poll(&descriptors, nfds_t(descriptors.count), pollTimeout)
            if ready == 0 { deliverInput(parser.timeOut()) }
            if ready < 0, errno != EINTR { return deliver(.closed) }
            guard ready > 0 else { continue }
            if descriptors[1].revents != 0, !takeWakeUpCalls(&buffer) { return }
            if descriptors[2].revents != 0, unsafe read(timer, &buffer, buffer.count) > 0 { deliver(.due) }
            if descriptors[0].revents != 0, !takeInput(&buffer) { return deliver(.closed) }
        }
    }

    /// Milliseconds until what has come of a key is all there will be of it; -1 where nothing is pending.
    private var pollTimeout: Int32 {
        guard let patientUntil else { return -1 }
        return Int32(max(0, (ContinuousClock.now.duration(to: patientUntil) / .milliseconds(1)).rounded(.up)))
    }

    private func deliverInput(_ events: [InputEvent]) {
        patientUntil = parser.timeout.map { .now + $0 }
        if !events.isEmpty { deliver(.input(events)) }
    }

    /// `false` where the thread has to end.
    private func takeWakeUpCalls(_ buffer: inout [UInt8]) -> Bool {
        let count = unsafe read(wake, &buffer, buffer.count)
        for byte in buffer[..<max(0, count)] {
            if byte == 0 { return false }
            deliver(.signal(Int32(byte)))
        }
        return true
    }

    /// `false` where the terminal is gone.
    private func takeInput(_ buffer: inout [UInt8]) -> Bool {
        let count = unsafe read(input, &buffer, buffer.count)
        if count > 0 {
            deliverInput(parser.feed(buffer[..<count]))
            return true
        }
        return count < 0 && (errno == EINTR || errno == EAGAIN)
    }
}
