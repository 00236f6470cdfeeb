internal import Foundation

/// The program that holds a capture device, as far as the kernel tells this user.
struct DeviceHolder: Sendable, Hashable, CustomStringConvertible {
    var processID: Int
    /// As `ps` shows it.
    var name: String

    var description: String { "\(name) (process \(processID))" }

    /// Who holds a hardware device.
    /// - Parameters:
    ///   - device: `plughw:CARD=…,DEV=…` or `hw:…`; others have no hardware of their own.
    ///   - proc: where the kernel's process file system is mounted.
    static func of(_ device: String, proc: String = "/proc") -> DeviceHolder? {
        guard let place = HardwareDevice(device),
            let card = cardIndex(place.card, proc: proc)
        else { return nil }
        return owner(card: card, device: place.device, proc: proc)
            ?? opener(of: "/dev/snd/pcmC\(card)D\(place.device)c", proc: proc)
    }

    /// A card is named by its number or by its short name.
    private static func cardIndex(_ card: String, proc: String) -> Int? {
        if let index = Int(card) { return index }
        // `card0` has the number, `Device` is a link to it.
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(proc)/asound/\(card)")
        return link.flatMap { Int($0.trimmingPrefix("card")) }
    }

    /// The kernel writes the owner of an open stream into its status.
    private static func owner(card: Int, device: Int, proc: String) -> DeviceHolder? {
        let path = "\(proc)/asound/card\(card)/pcm\(device)c/sub0/status"
        guard let status = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        for line in status.split(separator: "\n") where line.hasPrefix("owner_pid") {
            let value = line.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
            return value.flatMap { Int($0) }.flatMap { process($0, proc: proc) }
        }
        return nil
    }

    /// The process that has a device file open. Processes of others cannot be looked into without privilege.
    private static func opener(of file: String, proc: String) -> DeviceHolder? {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: proc)) ?? []
        for number in processes.compactMap({ Int($0) }) {
            let folder = "\(proc)/\(number)/fd"
            let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let holds = descriptors.contains {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == file
            }
            if holds { return process(number, proc: proc) }
        }
        return nil
    }

    private static func process(_ number: Int, proc: String) -> DeviceHolder? {
        guard let name = try? String(contentsOfFile: "\(proc)/\(number)/comm", encoding: .utf8) else { return nil }
        return DeviceHolder(processID: number, name: name.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}

/// Card and device in the name of a hardware device.
struct HardwareDevice: Sendable, Hashable {
    /// Short name, or number.
    var card: String
    var device = 0

    /// - Parameter name: such as `plughw:CARD=Device,DEV=0`, `hw:1,0` or `plughw:Device`.
    init?(_ name: String) {
        let parts = name.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, ["hw", "plughw"].contains(parts[0]) else { return nil }
        let fields = parts[1].split(separator: ",").map { $0.split(separator: "=").last ?? "" }
        guard let card = fields.first, !card.isEmpty, !card.contains("/") else { return nil }
        self.card = String(card)
        if fields.count > 1 {
            guard let device = Int(fields[1]) else { return nil }
            self.device = device
        }
    }
}
