internal import AssistantCore

/// Board, driver and node: what the kernel sees.
extension HatSurvey {
    var boardFindings: [Finding] {
        sighting.boards.map { board in
            let reported =
                library?.devices.first { $0.id.hasSuffix(board.slot) }?.architecture?.words ?? board.chip.words
            guard board.chip.generates else {
                return Finding(
                    "board", .ok,
                    "\(reported) at \(board.slot) is for pictures; it cannot generate text, the processor does.")
            }
            return Finding("board", .ok, "\(reported) at \(board.slot).")
        }
    }

    var driverFindings: [Finding] {
        let orphans = sighting.boards.filter { $0.driver == nil }
        guard orphans.isEmpty else {
            return orphans.map {
                Finding(
                    "driver", .failure, "The board at \($0.slot) is seen, but no driver holds it.",
                    nextStep: "sudo apt install \($0.chip.package), then restart")
            }
        }
        let driver = sighting.moduleVersion.map { "version \($0)" } ?? "of unknown version"
        return [Finding("driver", .ok, "Loaded, \(driver).")] + nodeFindings
    }

    private var nodeFindings: [Finding] {
        guard !sighting.nodes.isEmpty else {
            return [
                Finding(
                    "device node", .failure, "The driver is loaded, but neither /dev/hailo0 nor /dev/h1x-0 is there.",
                    nextStep: "restart; if it stays away, read: dmesg | grep -i hailo")
            ]
        }
        return sighting.nodes.map { node in
            node.isAccessible
                ? Finding("device node", .ok, "\(node.path) can be opened.")
                : Finding(
                    "device node", .failure, "This user may not open \(node.path).",
                    nextStep: "sudo chmod a+rw \(node.path) for now; HailoRT's udev rule does it for good")
        }
    }

    /// What the boards need to be installed.
    var package: String { sighting.boards.first?.chip.package ?? "hailo-h10-all" }
}

/// A number with one decimal, for people.
enum Tenths {
    static func text(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "?" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
