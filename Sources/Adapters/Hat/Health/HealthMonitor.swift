public import AssistantCore
internal import Synchronization

/// Samples the device once a second, off everybody's path; whoever asks gets the latest.
public final class HealthMonitor: Sendable {
    private let state = Mutex(DeviceHealth())
    private let work: Mutex<Task<Void, Never>?>
    private let board: BoardSampler?

    /// - Parameters:
    ///   - board: what the board tells of itself, at its own pace: nothing here waits for it.
    ///   - told: called with each sample.
    public init(
        _ sensors: PiSensors, interval: Duration = .seconds(1), board: BoardSampler? = nil,
        told: @escaping @Sendable (DeviceHealth) -> Void = { _ in }
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
                told(health)
                do { try await Task.sleep(for: interval) } catch { return }
            }
        }
        work.withLock { $0 = task }
    }

    deinit { work.withLock { $0?.cancel() } }

    /// Empty before the first sample.
    public var latest: DeviceHealth { state.withLock(\.self) }

    public func stop() {
        work.withLock { $0?.cancel() }
        board?.stop()
    }
}
