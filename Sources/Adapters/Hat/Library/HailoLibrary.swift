internal import AssistantCore
internal import CHailo

/// HailoRT in memory. Whoever loads it runs its code: only ``BoardProbe``'s child process does.
@safe struct HailoLibrary: ~Copyable {
    /// Why a file is not used.
    struct Refusal: Error, Hashable {
        var result: LibraryReport.Failure
        var message: String
    }

    private var table: chailo_table

    init(path: String) throws(Refusal) {
        var table = unsafe chailo_table()
        var message = [CChar](repeating: 0, count: 256)
        let result = unsafe chailo_open(path, CHAILO_TABLE_VERSION, &table, &message, message.count)
        guard result == CHAILO_OPEN_OK else {
            let version = unsafe table.version
            throw Refusal(
                result: LibraryReport.Failure(result),
                message: result == CHAILO_OPEN_UNKNOWN_VERSION ? "\(HailoVersion(version))" : Self.text(message))
        }
        unsafe self.table = table
    }

    deinit {
        var table = unsafe table
        unsafe chailo_close(&table)
    }

    var version: HailoVersion { HailoVersion(unsafe table.version) }

    /// The boards that the library finds, at most ``maxDevices``.
    func scan() -> (HailoStatus, [chailo_device_id]) {
        var ids = [chailo_device_id](repeating: chailo_device_id(), count: Self.maxDevices)
        var count = ids.count
        let status = unsafe withUnsafePointer(to: table) { unsafe chailo_scan($0, &ids, &count) }
        guard status == 0 else { return (HailoStatus(status), []) }
        return (.success, Array(ids.prefix(min(count, Self.maxDevices))))
    }

    /// Opens a board, asks it what it is and how it is, and lets it go again: nobody else has to wait for Brim.
    func examine(_ id: chailo_device_id) -> DeviceReport {
        var report = DeviceReport(id: HailoText.string(id.id))
        unsafe withUnsafePointer(to: table) { table in
            var device: chailo_device?
            var id = id
            report.status = HailoStatus(unsafe chailo_create(table, &id, &device))
            guard report.status == .success, let device = unsafe device else { return }
            var identity = chailo_identity()
            report.status = HailoStatus(unsafe chailo_identify(table, device, &identity))
            if report.status == .success { report.take(identity) }
            var heat = chailo_temperature()
            if unsafe chailo_chip_temperature(table, device, &heat) == 0 { report.take(heat) }
            var watts: Float = 0
            if unsafe chailo_watts(table, device, &watts) == 0, watts.isFinite, watts >= 0 {
                report.watts = Double(watts)
            }
            _ = unsafe chailo_release(table, device)
        }
        return report
    }

    private static let maxDevices = 16

    private static func text(_ message: [CChar]) -> String {
        String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension HailoVersion {
    init(_ version: chailo_version) { self.init(version.major, version.minor, version.revision) }
}

extension LibraryReport.Failure {
    init(_ result: chailo_open_result) {
        switch result {
        case CHAILO_OPEN_NO_SYMBOL: self = .noHailoRT
        case CHAILO_OPEN_NO_VERSION: self = .noVersion
        case CHAILO_OPEN_UNKNOWN_VERSION: self = .unknownVersion
        default: self = .notLoaded
        }
    }
}

extension DeviceReport {
    fileprivate mutating func take(_ identity: chailo_identity) {
        architecture = HailoArchitecture(identity.device_architecture)
        firmware = HailoVersion(identity.fw_version)
        board = HailoText.string(identity.board_name, limit: Int(identity.board_name_length))
        serial = HailoText.string(identity.serial_number, limit: Int(identity.serial_number_length))
        product = HailoText.string(identity.product_name, limit: Int(identity.product_name_length))
    }

    /// Two sensors; the hotter one counts.
    fileprivate mutating func take(_ heat: chailo_temperature) {
        let hotter = Double(max(heat.ts0_temperature, heat.ts1_temperature))
        if (-60...200).contains(hotter) { celsius = hotter }
    }
}

/// Fixed arrays of characters, as C structs hold them.
enum HailoText {
    /// The text up to the first NUL, at most `limit` bytes, made safe for a terminal.
    static func string<Characters>(_ characters: Characters, limit: Int = .max) -> String {
        let bytes = unsafe withUnsafeBytes(of: characters) { unsafe Array($0) }
        return TerminalText.sanitised(String(decoding: bytes.prefix(limit).prefix { $0 != 0 }, as: UTF8.self))
    }
}
