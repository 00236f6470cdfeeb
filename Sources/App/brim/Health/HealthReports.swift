import AssistantCore
import Foundation
import Telemetry
import Updates

/// Reports of this device's health, for as long as a conversation runs.
struct HealthReports: Sendable {
    let reporter: TelemetryReporter
    /// Keeps a second conversation of this device from writing the same file.
    private let lock: DirectoryLock?
    private let settings: TelemetrySettings

    /// Begins to report.
    ///
    /// - Parameter health: how the device is, as it was last sampled.
    init(
        _ settings: TelemetrySettings, _ directories: BrimDirectories,
        health: @escaping @Sendable () -> DeviceHealth?
    ) throws {
        self.settings = settings
        let version = ProgramVersion.number
        let resource = [
            MetricLabel("service.name", "brim"), MetricLabel("service.version", version),
            MetricLabel("service.instance.id", settings.device), MetricLabel("brim.device.id", settings.device),
            MetricLabel("brim.device.group", settings.group),
        ]
        lock = settings.textfile == nil ? nil : try? DirectoryLock(making: directories.data + "/telemetry")
        let sender = try settings.collector.map {
            try OTLPSender($0, environment: ProcessInfo.processInfo.environment)
        }
        reporter = TelemetryReporter(
            file: lock == nil ? nil : settings.textfile.map(TextfileWriter.init), sender: sender, resource: resource,
            version: version)
        let instruments = DeviceInstruments(reporter.registry, directories, health: health)
        reporter.begin(every: settings.interval) { instruments.observe() }
    }

    /// Whether what is measured arrives, in a line.
    var words: String {
        if let problem = reporter.problem { return "health is not handed on: \(problem)" }
        let isElsewhere = settings.textfile != nil && lock == nil
        return "health is handed on every \(settings.interval.components.seconds) s"
            + (isElsewhere ? "; its file is written by another conversation of this device" : "")
    }
}
