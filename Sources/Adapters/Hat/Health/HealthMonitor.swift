package import AssistantCore
package import DeviceSensors
internal import Synchronization

/// Samples the device once a second, off everybody's path; whoever asks gets the latest.
package final class HealthMonitor: Sendable {
    private let state = Mutex(DeviceHealth())
    private let work: Mutex<Task<Void, Never>?>
    private let board: BoardSampler?

    /// - Parameters:
    ///   - board: what the board tells of itself, at its own pace: nothing here waits for it.
    ///   - onSample: called with each sample.
    package init(
        _ sensors: PiSensors, interval: Duration = .seconds(1), board: BoardSampler? = nil,
        onSample: @escaping @Sendable (DeviceHealth) -> Void = { _ in }
    ) {
        work = Mutex(nil)
        self.board = board
        let task = Task(priority: .background) { [weak self] in
            while !Task.isCancelled {
                var health = await sensors.sample()
                let device = board?.latest
                health.hatCelsius = device?.celsius
                health.hatWatts = device?.watts
                guard let self else { return }
                self.state.withLock { $0 = health }
                onSample(health)
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
        work.withLock { $0 = task }
    }

    deinit { work.withLock { $0?.cancel() } }

    /// Empty before the first sample.
    package var latest: DeviceHealth { state.withLock(\.self) }

    package func stop() {
        work.withLock { $0?.cancel() }
        board?.stop()
    }
}
