import ArgumentParser
import Microphone

/// `brim devices`: what can be recorded from.
struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices",
        abstract: "List the microphones of this machine.",
        discussion: """
            The names are those that --device takes. They stay the same when other devices come and go.

              brim devices
              brim listen --device plughw:CARD=Device,DEV=0
            """)

    @Flag(help: "One JSON object a line for each device.") var json = false

    private struct Row: Encodable {
        var device: String
        var name: String
        var holder: String?
    }

    func run() throws {
        let devices = CaptureDevice.all()
        if devices.isEmpty { Terminal.writeError("brim: there is no microphone on this machine; plug one in") }
        let width = devices.map(\.id.count).max() ?? 0
        for device in devices {
            if json {
                try JSONLines.write(Row(device: device.id, name: device.name, holder: device.holder))
            } else {
                let holder = device.holder.map { ", in use by \($0)" } ?? ""
                let name = device.id + String(repeating: " ", count: width - device.id.count)
                try Terminal.writeLine("\(name)  \(device.name)\(holder)")
            }
        }
    }
}
