public import AssistantCore
internal import Synchronization

/// Samples the device once a second, off everybody's path; whoever asks gets the latest.
public final class HealthMonitor: Sendable {
    private let state = Mutex(DeviceHealth())
    private let work: Mutex<Task<Void, Never>?>

    /// - Parameters:
    ///   - board: what the board tells of itself, asked every ``boardInterval``: that takes a process of its own.
    ///   - told: called with each sample.
    public init(
        _ sensors: PiSensors, interval: Duration = .seconds(1), board: BoardProbe? = nil,
        told: @escaping @Sendable (DeviceHealth) -> Void = { _ in }
    ) {
        work = Mutex(nil)
        let task = Task(priority: .background) { [weak self] in
            var asked: ContinuousClock.Instant?
            var device: DeviceReport?
            while !Task.isCancelled {
                if let board, asked.map({ $0.duration(to: .now) > Self.boardInterval }) ?? true {
                    asked = .now
                    device = try? await board.report().devices.first
                }
                var health = await sensors.sample()
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

    static let boardInterval = Duration.seconds(10)

    /// Empty before the first sample.
    public var latest: DeviceHealth { state.withLock(\.self) }

    public func stop() { work.withLock { $0?.cancel() } }
}
