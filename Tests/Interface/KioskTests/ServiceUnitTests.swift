import Foundation
import Testing

/// The unit that ships: what it closes off, and that every exception has its reason beside it.
struct ServiceUnitTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../assets/systemd/brim-kiosk.service").standardized.path

    private struct Unit {
        /// By section and name, in the order of the lines.
        var values: [String: [String]] = [:]
        var comments = ""

        init(_ text: String) throws {
            var section = ""
            for line in text.split(separator: "\n").map(String.init) {
                if line.hasPrefix("#") {
                    comments += line.dropFirst() + " "
                } else if line.hasPrefix("[") {
                    section = String(line.dropFirst().prefix { $0 != "]" })
                } else {
                    let equals = try #require(line.firstIndex(of: "="), "\(line)")
                    values["\(section).\(line[..<equals])", default: []].append(
                        String(line[line.index(after: equals)...]))
                }
            }
        }

        subscript(name: String) -> [String] { values["Service.\(name)"] ?? [] }
    }

    private func unit() throws -> Unit { try Unit(String(contentsOfFile: Self.path, encoding: .utf8)) }

    @Test("The unit that calibrates in a quiet hour reaches no network and no device, and yields to whoever talks")
    func calibration() throws {
        let path = Self.path.replacing("brim-kiosk.service", with: "brim-calibrate.service")
        let unit = try Unit(String(contentsOfFile: path, encoding: .utf8))
        for name in ["PrivateNetwork", "PrivateDevices", "PrivateUsers", "NoNewPrivileges", "MemoryDenyWriteExecute"] {
            #expect(unit[name] == ["yes"], "\(name)")
        }
        #expect(unit["ExecStart"] == ["/usr/local/bin/brim calibrate --if-missing --parallel 4"])
        #expect(unit["CPUSchedulingPolicy"] == ["idle"] && unit["CapabilityBoundingSet"] == [""])
    }

    @Test("What a kiosk has no use for is closed to it")
    func closed() throws {
        let unit = try unit()
        let switches = [
            "NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateMounts", "PrivateIPC", "RemoveIPC", "ProtectClock",
            "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules", "ProtectKernelTunables",
            "ProtectControlGroups",
            "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality", "MemoryDenyWriteExecute",
        ]
        for name in switches { #expect(unit[name] == ["yes"], "\(name)") }
        #expect(unit["ProtectSystem"] == ["strict"])
        #expect(unit["ProtectProc"] == ["invisible"])
        #expect(unit["UMask"] == ["0077"])
        #expect(unit["LimitCORE"].first?.hasPrefix("0") == true)
        #expect(unit["SystemCallArchitectures"] == ["native"])
        #expect(unit["SystemCallFilter"].first == "@system-service")
        #expect(unit["SystemCallFilter"].contains { $0.hasPrefix("~") && $0.contains("@privileged") })
        #expect(unit["CapabilityBoundingSet"] == ["CAP_SYS_TTY_CONFIG"])
    }

    @Test("Devices are closed but for those that are named, and no group reads every keyboard")
    func devices() throws {
        let unit = try unit()
        #expect(unit["DevicePolicy"] == ["closed"])
        let named = unit["DeviceAllow"].compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(Set(named) == ["/dev/tty1", "char-alsa", "char-input", "char-hailo*", "/dev/vcio"])
        let groups = try #require(unit.comments.firstMatch(of: /--groups ([a-z,]+)/)?.1)
        #expect(!groups.split(separator: ",").contains("input"))
        #expect(unit.comments.contains("kernel.sysrq=0"))
    }

    @Test("The key of the cloud comes as a credential, never as a variable")
    func credential() throws {
        let unit = try unit()
        #expect(unit["LoadCredential"] == ["nebius_api_key"])
        #expect(!unit["Environment"].joined().contains("KEY"))
    }

    /// `systemd-analyze` is not on every machine that builds Brim.
    @Test(
        "systemd-analyze counts an exposure of 2.0 at most",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")))
    func exposure() throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/systemd-analyze")
        process.arguments = ["security", "--offline=true", "--no-pager", Self.path]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let figure = try #require(text.firstMatch(of: /Overall exposure level[^:]*: ([0-9.]+)/)?.1)
        let exposure = try #require(Double(figure))
        #expect(exposure <= 2.0)
        // Each thing that stays open is spoken of in the unit.
        let unit = try unit()
        for name in ["PrivateDevices", "ProcSubset", "PrivateUsers", "PrivateNetwork", "IPAddressDeny"] {
            #expect(unit.comments.contains(name), "\(name)")
        }
    }
}
