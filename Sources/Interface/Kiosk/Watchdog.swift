internal import Synchronization

/// Tells the service manager that the program is ready, and then, for as long as every part answers, that it is alive. A
/// part that hangs starves the watchdog, and the service manager starts the program anew.
package final class Watchdog: Sendable {
    /// Whether one part is well. It may take as long as it likes, or never return: nobody waits for it.
    package typealias Probe = @Sendable () async -> Bool

    private let heartbeat: Mutex<Heartbeat>
    private let notifier: ServiceNotifier
    private let probes: [Probe]
    private let start = ContinuousClock.now
    private let beat: Mutex<Task<Void, Never>?> = Mutex(nil)

    /// Begins to ask.
    ///
    /// - Parameter interval: how often the watchdog must be fed; `nil` where only readiness is waited for.
    package init(_ notifier: ServiceNotifier, interval: Duration?, probes: [Probe]) {
        self.notifier = notifier
        self.probes = probes
        // Four times in an interval: an answer that comes late, and a beat that is missed, do not kill.
        let pause = min(interval ?? .seconds(10), .seconds(20)) / 4
        heartbeat = Mutex(Heartbeat(parts: probes.count, timeout: pause * 2))
        let work = Task { [self] in
            while !Task.isCancelled {
                for index in heartbeat.withLock({ $0.ask() }) { ask(index) }
                do { try await Task.sleep(for: pause) } catch { return }
                if let message = heartbeat.withLock({ $0.message(at: start.duration(to: .now)) }) {
                    notifier.notify(message)
                }
            }
        }
        beat.withLock { $0 = work }
    }

    /// The task ends when its part answers; one that never does ends with the process.
    private func ask(_ index: Int) {
        Task {
            let isWell = await probes[index]()
            heartbeat.withLock { $0.answered(index, isWell: isWell, at: start.duration(to: .now)) }
        }
    }

    /// Says that the program ends of its own will.
    package func stop() {
        beat.withLock { $0?.cancel() }
        notifier.notify("STOPPING=1")
    }
}
