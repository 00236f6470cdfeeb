internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// What the board tells of itself, once a second: its temperature and its watts.
///
/// HailoRT is in a child process that stays. It is asked for each sample, opens the board for that and lets it go again,
/// ends when this process does, and is started anew, less and less often, where it ends by itself or does not answer.
package final class BoardSampler: Sendable {
    private struct Sample {
        var device: DeviceReport
        var taken: ContinuousClock.Instant
    }

    private let probe: BoardProbe
    private let boardLock: BoardLock
    private let interval: Duration
    private let timeout: Duration
    private let sample = Mutex<Sample?>(nil)
    private let starts = Mutex(0)
    private let work = Mutex<Task<Void, Never>?>(nil)

    /// Begins at once.
    ///
    /// - Parameters:
    ///   - probe: how to start the child. Where there is no file that may be HailoRT, none is started.
    ///   - boardLock: shared with those who make hailo-ollama open the board.
    ///   - timeout: how long one sample may take, and the loading of the library before the first.
    package init(
        _ probe: BoardProbe, boardLock: BoardLock, interval: Duration = .seconds(1), timeout: Duration = .seconds(10)
    ) {
        self.probe = probe
        self.boardLock = boardLock
        self.interval = interval
        self.timeout = timeout
        guard probe.hasCandidate else { return }
        let task = Task(priority: .background) { [weak self] in
            var pace = SamplerPace(interval: interval)
            while !Task.isCancelled {
                guard let child = self?.child() else { return }
                // However it ended, what it said last is not how the board is now.
                pace = (try? await child.run(pace)) ?? pace
                self?.forget()
                do { try await Task.sleep(for: pace.ended()) } catch { return }
            }
        }
        work.withLock { $0 = task }
    }

    deinit { stop() }

    /// The latest sample; `nil` where there is none, or the last one is no longer how the board is now.
    package var latest: DeviceReport? {
        sample.withLock { sample in
            guard let sample, sample.taken.duration(to: .now) < interval * Self.freshIntervals else { return nil }
            return sample.device
        }
    }

    /// How often a child was started.
    var startCount: Int { starts.withLock(\.self) }

    package func stop() { work.withLock { $0?.cancel() } }

    private static let freshIntervals = 3

    private func forget() { sample.withLock { $0 = nil } }

    private func child() -> BoardSamplerChild {
        starts.withLock { $0 += 1 }
        return BoardSamplerChild(probe: probe, boardLock: boardLock, timeout: timeout) { [weak self] report in
            let device = report.devices.first { $0.status == .success }
            self?.sample.withLock { $0 = device.map { Sample(device: $0, taken: .now) } }
        }
    }
}
