/// A target of which the signer says what it is, for which devices, and how far its roll-out has come.
package struct Release: Sendable, Hashable {
    /// What a release may be.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case model, calibration, profile
        /// A document that questions are answered from, or a file of articles.
        case collection
        /// A Piper voice: the `.onnx` file, with the `.onnx.json` file among its ``Release/companions``.
        case voice
        /// A part of a configuration, in YAML.
        case configuration

        /// Most bytes of one.
        var largest: Int64 {
            switch self {
            case .model, .collection: 64 << 30
            case .voice: 1 << 30
            case .calibration, .profile, .configuration: 16 << 20
            }
        }
    }

    /// How a roll-out goes, in hawkBit's words.
    package enum Status: String, Sendable, Hashable {
        /// Devices take it when it is their group's turn.
        case running
        /// No further device takes it; those that have it keep it.
        case paused
        /// Every device that it is for takes it.
        case finished
        /// No device takes it, and those that have it go back to what they had.
        case stopped
    }

    /// A group of devices, and the share of them whose turn it is.
    package struct Group: Sendable, Hashable {
        /// `*` stands for every group that is not named before it.
        package let name: String
        /// 0 to 100.
        package let percent: Int
    }

    /// A text whose probability the publisher measured.
    package struct Reference: Sendable, Hashable {
        package let prompt: String
        package let output: String
        /// The natural logarithm, in thousandths.
        package let milliLogProbability: Int64
        /// By how much another machine may differ, in thousandths.
        package let tolerance: Int64
    }

    /// Another target that belongs to the release and lies beside its file.
    package struct Companion: Sendable, Hashable {
        /// Of the target.
        package let path: String
        /// In hexadecimal digits.
        package let sha256: String

        /// The name of its file.
        package var file: String { path.split(separator: "/").last.map(String.init) ?? path }
    }

    /// Another target, of which its file can be made on a device that has a certain other file.
    package struct Delta: Sendable, Hashable {
        /// The SHA-256 of the file that it is made of.
        package let base: String
        /// Of the target.
        package let path: String
    }

    package let target: TargetDescription
    package let kind: Kind
    /// What it takes the place of: of a calibration or a profile, the model's identity.
    package let name: String
    /// A higher one is newer.
    package let number: Int64
    package let status: Status
    package let groups: [Group]
    /// Identifiers of the only devices that it is for; empty for all.
    package let devices: Set<String>
    /// The only processors that it is for; empty for all.
    package let processors: Set<String>
    /// Least memory of a device.
    package let memoryBytes: Int64
    package let references: [Reference]
    /// What its first turns have to be like; `nil` where nothing is demanded of them.
    package let trial: TrialConditions?
    package let companions: [Companion]
    package let deltas: [Delta]
    /// Of a collection: whether nothing of it may ever be sent.
    package let staysHome: Bool
    /// Of a collection: whom to thank, and the licence; empty where nobody asks for it.
    package let attribution: String

    /// The SHA-256 of its file.
    package var content: String { target.file.hashes["sha256"] ?? "" }

    /// The SHA-256 by which it is told from every other: of its file, or of what its files have where it has several.
    package var digest: String {
        companions.isEmpty
            ? content : Digest.sha256(Array(([content] + companions.map(\.sha256)).joined(separator: "\n").utf8))
    }

    /// Reads what the signer says of a target.
    ///
    /// - Returns: `nil` where nothing is said, so that it is no release.
    /// - Throws: ``UpdateError/Code/malformed`` where what is said is not understood.
    package init?(_ target: TargetDescription) throws(UpdateError) {
        guard let custom = target.custom?["brim"] else { return nil }
        func wrong(_ what: String) -> UpdateError {
            UpdateError(.malformed, "the release \(quoted(target.path)) \(what); it is passed over")
        }
        guard custom["format"]?.number == 1 else { throw wrong("is of a form that this version does not know") }
        guard let word = custom["kind"]?.string, let kind = Kind(rawValue: word) else {
            throw wrong("does not say what it is")
        }
        guard let name = custom["name"]?.string, Self.isName(name) else { throw wrong("has no name for a file") }
        guard let number = custom["number"]?.number, number >= 1 else { throw wrong("has no number") }
        guard let hash = target.file.hashes["sha256"], hash.utf8.count == 64 else { throw wrong("has no SHA-256") }
        guard let length = target.file.length, length <= kind.largest else {
            throw wrong("is larger than a \(kind.rawValue) may be")
        }
        guard let rollout = custom["rollout"], let status = rollout["status"]?.string.flatMap(Status.init) else {
            throw wrong("does not say how its roll-out goes")
        }
        var groups: [Group] = []
        for value in rollout["groups"]?.array ?? [] {
            guard let name = value["name"]?.string, let percent = value["percent"]?.number, (0...100).contains(percent),
                groups.count < 1000
            else { throw wrong("has a group without a name, or without a share of 0 to 100 percent") }
            groups.append(Group(name: name, percent: Int(percent)))
        }
        func strings(_ key: String) throws(UpdateError) -> Set<String> {
            guard let value = custom["devices"]?[key] else { return [] }
            guard let array = value.array, array.allSatisfy({ $0.string != nil }) else {
                throw wrong("does not say for which devices it is")
            }
            return Set(array.compactMap(\.string))
        }
        let memory = custom["devices"]?["memory_bytes"]
        guard memory == nil || memory?.number.map({ $0 >= 0 }) == true else {
            throw wrong("does not say how much memory it wants")
        }
        var references: [Reference] = []
        for value in custom["self_test"]?.array ?? [] {
            guard let prompt = value["prompt"]?.string, let output = value["output"]?.string, !output.isEmpty,
                let number = value["milli_log_probability"]?.number, let tolerance = value["tolerance"]?.number,
                (-1_000_000_000...0).contains(number), (0...1_000_000_000).contains(tolerance),
                (prompt + output).utf8.count <= 16_384, references.count < 100
            else { throw wrong("has a self-test that cannot be made") }
            references.append(
                Reference(prompt: prompt, output: output, milliLogProbability: number, tolerance: tolerance))
        }
        var trial: TrialConditions?
        if ["success_condition", "error_condition", "error_action"].contains(where: { rollout[$0] != nil }) {
            guard let conditions = TrialConditions(rollout) else {
                throw wrong("has conditions that are not understood")
            }
            trial = conditions
        }
        var companions: [Companion] = []
        for value in custom["companions"]?.array ?? [] {
            guard let path = value["path"]?.string, let hash = value["sha256"]?.string, hash.utf8.count == 64,
                companions.count < 16
            else { throw wrong("does not say which files belong to it") }
            let companion = Companion(path: path, sha256: hash)
            guard Self.isName(companion.file), companion.file != "release.json",
                companion.file != target.path.split(separator: "/").last.map(String.init) ?? "",
                !companions.contains(where: { $0.file == companion.file })
            else { throw wrong("has two files of one name, or one without a name for a file") }
            companions.append(companion)
        }
        var deltas: [Delta] = []
        for value in custom["deltas"]?.array ?? [] {
            guard let base = value["from"]?.string, let path = value["path"]?.string, base.utf8.count == 64,
                deltas.count < 100
            else { throw wrong("does not say what its deltas are made of") }
            deltas.append(Delta(base: base, path: path))
        }
        self.target = target
        self.deltas = deltas
        self.kind = kind
        self.companions = companions
        self.trial = trial
        staysHome = custom["stays_home"] == .bool(true)
        attribution = custom["attribution"]?.string ?? ""
        self.name = name
        self.number = number
        self.status = status
        self.groups = groups
        devices = try strings("identifiers")
        processors = try strings("processors")
        memoryBytes = memory?.number ?? 0
        self.references = references
    }

    /// Whether a name may be that of a directory.
    private static func isName(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count) && name.first != "."
            && name.utf8.allSatisfy {
                "-._".utf8.contains($0) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                    || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
            }
    }

    /// The share of a group whose turn it is, in percent.
    package func percent(of group: String) -> Int {
        if status == .finished { return 100 }
        return groups.first { $0.name == group || $0.name == "*" }?.percent ?? 0
    }

    /// Why a device does not take it; `nil` where it does.
    package func obstacle(for device: FleetDevice, quarantine: Set<String>) -> String? {
        if quarantine.contains(digest) { return "it was tried here and failed" }
        if !devices.isEmpty, !devices.contains(device.identifier) { return "it is for other devices" }
        if !processors.isEmpty, !processors.contains(device.processor) {
            return "it is for other processors than \(device.processor)"
        }
        if device.memoryBytes < memoryBytes {
            return "it wants \(memoryBytes >> 20) MB of memory, and this device has \(device.memoryBytes >> 20) MB"
        }
        switch status {
        case .stopped: return "its roll-out is stopped"
        case .paused: return "its roll-out is paused"
        case .running, .finished: break
        }
        let percent = percent(of: device.group)
        let place = device.place(in: self)
        guard place >= percent * 100 else { return nil }
        return percent == 0
            ? "it is not the turn of the group \(quoted(device.group))"
            : "\(percent) % of the group \(quoted(device.group)) have their turn, and this device has it after "
                + "\(place / 100) %"
    }
}
