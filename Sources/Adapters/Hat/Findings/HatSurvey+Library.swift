internal import AssistantCore

/// HailoRT: whether it can be loaded, whether it fits, and what it says of the boards.
extension HatSurvey {
    var libraryFindings: [Finding] {
        guard let library else { return [] }
        if let failure = library.failure { return [finding(failure, library)] }
        guard let version = library.version else { return [] }
        if let module = sighting.moduleVersion, module != version { return [versionsDiffer(version, module)] }
        if let chip = sighting.boards.first?.chip, version.major != chip.libraryMajor {
            return [
                Finding(
                    "HailoRT", .failure, "HailoRT \(version) does not serve the \(chip.words).",
                    nextStep: "sudo apt install \(chip.package), which replaces it")
            ]
        }
        return [Finding("HailoRT", .ok, "Version \(version).")] + deviceFindings(library)
    }

    private func finding(_ failure: LibraryReport.Failure, _ library: LibraryReport) -> Finding {
        let path = library.path ?? "libhailort.so"
        let detail = library.detail ?? "no reason given"
        let (sentence, step) =
            switch failure {
            case .missing: ("HailoRT is not installed.", "sudo apt install \(package)")
            case .notLoaded: ("\(path) cannot be loaded: \(detail).", "sudo apt install --reinstall \(package)")
            case .noHailoRT:
                ("\(path) is no HailoRT: it has no \(detail).", "sudo apt install --reinstall \(package)")
            case .noVersion:
                ("\(path) does not say its version: \(detail).", "sudo apt install --reinstall \(package)")
            case .unknownVersion:
                (
                    "HailoRT \(detail) is not one that Brim knows (4.17 to 5.x).",
                    "sudo apt full-upgrade, or a newer Brim"
                )
            case .crashed:
                (
                    "\(path) crashes when it is loaded (\(detail)); Brim does not use it.",
                    "sudo apt install --reinstall \(package)"
                )
            case .hung:
                ("\(path) does not answer (\(detail)); Brim does not use it.", "restart; then brim doctor again")
            }
        return Finding("HailoRT", .failure, sentence, nextStep: step)
    }

    private func versionsDiffer(_ library: HailoVersion, _ module: HailoVersion) -> Finding {
        Finding(
            "HailoRT", .failure, "HailoRT is \(library) and its driver \(module); they have to be equal.",
            nextStep: "sudo apt full-upgrade, then restart")
    }

    private func deviceFindings(_ library: LibraryReport) -> [Finding] {
        if let scan = library.scan, scan != .success { return [finding(scan, of: "The search for boards", "")] }
        guard !library.devices.isEmpty else {
            return [
                Finding(
                    "NPU", .failure, "HailoRT finds no board, though the kernel sees one.",
                    nextStep: "restart; if it stays so, read: dmesg | grep -i hailo")
            ]
        }
        return library.devices.flatMap { device in
            device.status == .success
                ? [health(of: device)] : [finding(device.status, of: "The board at \(device.id)", device.id)]
        }
    }

    private func health(of device: DeviceReport) -> Finding {
        if let firmware = device.firmware, let version = library?.version, firmware != version {
            return Finding(
                "NPU", .failure, "The board's firmware is \(firmware) and HailoRT \(version); they have to be equal.",
                nextStep: "sudo apt full-upgrade, then switch the Pi off and on")
        }
        let heat = device.celsius.map { ", \(Int($0.rounded())) °C" } ?? ""
        let watts = device.watts.map { ", \(Tenths.text($0)) W" } ?? ""
        return Finding("NPU", .ok, "\(device.product ?? device.board ?? device.id) answers\(heat)\(watts).")
    }

    private func finding(_ status: HailoStatus, of what: String, _ id: String) -> Finding {
        if status.isHeld {
            // The usual holder is the one that Brim talks to.
            if case .running = server {
                return Finding("NPU", .ok, "hailo-ollama holds the board, so it cannot be measured beside it.")
            }
            return Finding(
                "NPU", .failure, "\(what): another program holds the NPU.",
                nextStep: "see which: sudo fuser -v /dev/hailo0 /dev/h1x-0, and stop it")
        }
        if status == .versionsDiffer {
            return Finding(
                "NPU", .failure, "\(what): the versions of driver, firmware and library differ.",
                nextStep: "sudo apt full-upgrade, then restart")
        }
        return Finding(
            "NPU", .failure, "\(what) failed: \(status.words).", nextStep: "restart; then brim doctor again")
    }
}
