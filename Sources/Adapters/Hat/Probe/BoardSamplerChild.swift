internal import Foundation
internal import Subprocess
internal import SystemPackage

/// One child of a ``BoardSampler``, from its start to its end.
struct BoardSamplerChild: Sendable {
    let probe: BoardProbe
    let boardLock: BoardLock
    let timeout: Duration
    let onReport: @Sendable (LibraryReport) -> Void

    /// Asks until the child ends, and returns the pace it was asked at. Cancelling ends the child.
    func run(_ pace: SamplerPace) async throws -> SamplerPace {
        // Of a process group of its own: what is typed at the terminal is not meant for it.
        var options = PlatformOptions()
        options.processGroupID = 0
        let result = try await Subprocess.run(
            .path(FilePath(probe.program)), arguments: Arguments(probe.arguments + [BoardProbeChild.samplingArgument]),
            environment: probe.environment, platformOptions: options, input: .inputWriter,
            output: .sequence, error: .discarded
        ) { execution in
            var pace = pace
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            while true {
                let wait: Duration
                if boardLock.beginSample() {
                    defer { boardLock.endSample() }
                    // One that does not answer is ended, and its output with it.
                    let watchdog = Task {
                        guard (try? await Task.sleep(for: timeout)) != nil else { return }
                        try execution.send(signal: .kill)
                    }
                    defer { watchdog.cancel() }
                    do {
                        _ = try await execution.standardInputWriter.write([UInt8(ascii: "\n")])
                    } catch {
                        return pace
                    }
                    guard let line = try await lines.next(), let report = Self.report(line), report.failure == nil
                    else { return pace }
                    onReport(report)
                    wait = pace.sampled(report)
                } else {
                    wait = pace.interval
                }
                try await Task.sleep(for: wait)
            }
        }
        return result.closureResult
    }

    private static func report(_ line: String) -> LibraryReport? {
        // What is no report is an end of the conversation, whatever it is.
        try? JSONDecoder().decode(LibraryReport.self, from: Data(line.utf8))
    }
}
