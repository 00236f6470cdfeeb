import DeviceSensors
import Foundation
import Updates

/// Where updates come from, and as which device this one takes them (`updates.…`).
struct UpdateSettings: Sendable {
    /// Where a repository is.
    struct Repository: Sendable {
        /// Of its metadata.
        var metadata: String
        /// Of its targets.
        var targets: String
        /// The file of the root that the publisher gave.
        var root: String
    }

    /// `nil` where no repository is set.
    let repository: Repository?
    let group: String
    /// The device's name in the fleet; `nil` for one made of the machine's own.
    private let device: String?

    init(_ values: SettingValues) throws {
        group = try values.string("updates.group") ?? "default"
        device = try values.string("updates.device")
        guard let url = try values.string("updates.url") else {
            repository = nil
            return
        }
        guard let root = try values.string("updates.root") else {
            throw CommandFailure(
                "updates.url names a repository; name the root.json that its publisher gave by updates.root")
        }
        repository = Repository(
            metadata: url, targets: try values.string("updates.targets_url") ?? Self.targets(beside: url), root: root)
    }

    /// `…/metadata` has `…/targets` beside it, as python-tuf's repositories do.
    private static func targets(beside url: String) -> String {
        let url = url.hasSuffix("/") ? String(url.dropLast()) : url
        guard let slash = url.lastIndex(of: "/") else { return url }
        return url[..<slash] + "/targets"
    }

    /// This device as roll-outs tell it from others.
    ///
    /// - Throws: ``CommandFailure`` where the machine has no identifier and none is set.
    func fleetDevice() throws -> FleetDevice {
        let identifier: String
        if let device {
            identifier = device
        } else if let machine = try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8),
            machine.utf8.count >= 32
        {
            identifier = FleetDevice.identifier(ofMachine: machine.trimmingCharacters(in: .whitespacesAndNewlines))
        } else {
            throw CommandFailure("this machine has no /etc/machine-id; name the device by updates.device")
        }
        return FleetDevice(
            identifier: identifier, group: group, processor: Self.processor,
            memoryBytes: Int64(LinuxSensors().memory?.bytes("MemTotal") ?? 0))
    }

    private static var processor: String {
        #if arch(arm64)
            "aarch64"
        #else
            "x86_64"
        #endif
    }
}
