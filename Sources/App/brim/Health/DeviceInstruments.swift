import AssistantCore
import Foundation
import Metrics
import Synchronization
import Telemetry
import Updates

/// Gauges of how the device is and what its updates are, set anew before each report.
final class DeviceInstruments: Sendable {
    private let registry: MetricRegistry
    private let directories: BrimDirectories
    private let health: @Sendable () -> DeviceHealth?
    private let meters = Mutex<[[String]: Meter]>([:])

    init(_ registry: MetricRegistry, _ directories: BrimDirectories, health: @escaping @Sendable () -> DeviceHealth?) {
        self.registry = registry
        self.directories = directories
        self.health = health
    }

    private struct Reading {
        var name: String
        var labels: [(String, String)] = []
        var value: Double
    }

    /// Sets all gauges, and takes those away that tell of nothing any more.
    func observe() {
        let readings = device + updates
        meters.withLock { meters in
            var gone = meters
            for reading in readings {
                let key = [reading.name] + reading.labels.flatMap { [$0.0, $0.1] }
                gone[key] = nil
                let meter =
                    meters[key] ?? Meter(label: reading.name, dimensions: reading.labels, factory: registry)
                meters[key] = meter
                meter.set(reading.value)
            }
            for (key, meter) in gone {
                meter.destroy()
                meters[key] = nil
            }
        }
    }

    private var device: [Reading] {
        guard let health = health() else { return [] }
        func reading(_ name: String, _ value: Double?) -> Reading? {
            value.map { Reading(name: "brim.device." + name, value: $0) }
        }
        let slowed: Throttling = [.capped, .throttled, .softLimit, .underVoltage]
        return [
            reading("memory.available", health.availableMemoryBytes.map(Double.init)),
            reading("memory.pressure", health.memoryPressure.map { $0 / 100 }),
            reading("swap.used", health.usedSwapBytes.map(Double.init)),
            reading("temperature", health.celsius),
            reading("throttled", health.throttling.map { $0.isDisjoint(with: slowed) ? 0 : 1 }),
            reading("power", health.watts),
        ].compactMap(\.self)
    }

    private var updates: [Reading] {
        let directory = InstalledUpdates.directory(directories)
        guard FileManager.default.fileExists(atPath: directory) else { return [] }
        func labels(_ kind: String, _ name: String, _ number: Int64) -> [(String, String)] {
            [("kind", kind), ("name", name), ("number", "\(number)")]
        }
        let record = UpdateRecord.read(in: directory)
        var readings = SlotPair.installed(in: InstalledUpdates.slots(directories)).values.map {
            Reading(name: "brim.update.release", labels: labels($0.kind, $0.name, $0.number), value: 1)
        }
        readings += record.quarantine.suffix(20).map {
            Reading(name: "brim.update.quarantined", labels: labels($0.kind, $0.name, $0.number), value: 1)
        }
        readings += (record.trials ?? []).map {
            Reading(
                name: "brim.update.trial", labels: labels($0.kind, $0.name, $0.number) + [("state", $0.state.rawValue)],
                value: 1)
        }
        if let check = record.lastCheck {
            readings.append(Reading(name: "brim.update.last_check.timestamp", value: Double(check)))
        }
        readings.append(Reading(name: "brim.update.problem", value: record.problem == nil ? 0 : 1))
        return readings
    }
}
