import Foundation
import Updates

/// Where figures of this device's health are handed on to (`telemetry.…`). Nowhere, unless somebody says so.
struct TelemetrySettings: Sendable, Equatable {
    /// node_exporter's textfile directory, or a file in it.
    let textfile: String?
    /// The address of a collector of the OpenTelemetry protocol.
    let collector: String?
    let interval: Duration
    /// As which device of which group this one reports: as a fleet's updates know it.
    let device: String
    let group: String

    /// `nil` where nothing is handed on.
    init?(_ values: SettingValues) throws {
        textfile = try values.string("telemetry.textfile")
        collector = try values.string("telemetry.otlp")
        interval = .seconds(try values.int("telemetry.seconds", in: 1...86_400) ?? 60)
        if let textfile, !textfile.hasPrefix("/") {
            throw values.wrong("telemetry.textfile", "a whole path, such as /var/lib/prometheus/node-exporter")
        }
        if textfile == nil, collector == nil { return nil }
        // What is set wrongly for updates is said by brim update; this device has a name all the same.
        let updates = try? UpdateSettings(values)
        device = (try? updates?.fleetDevice().identifier) ?? ProcessInfo.processInfo.hostName
        group = updates?.group ?? "default"
    }
}
