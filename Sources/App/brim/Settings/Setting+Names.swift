/// What settings are called, and what is said of a name that is none.
extension Setting {
    /// What holds others: `cloud`, `privacy`.
    static let groups = Set(
        all.compactMap { setting in setting.key.lastIndex(of: ".").map { String(setting.key[..<$0]) } })

    /// The environment variable of a setting.
    static func variable(_ key: String) -> String { "BRIM_" + key.uppercased().replacing(".", with: "_") }

    /// Every variable of Brim that there is: settings, and what is about this machine and not about Brim's behaviour.
    static let variables = Set(all.map { variable($0.key) } + ["BRIM_KERNELS", "BRIM_HAT_ROOT", "BRIM_LOG"])

    /// Whether an update of a fleet may set it: not who is asked and trusted, what is run, who may hear and come in, and
    /// where updates come from.
    static func isForFleet(_ key: String) -> Bool {
        let ofDevice = [
            "budget.alert_command", "cloud.allow", "cloud.client_certificate", "cloud.client_key", "cloud.gateway",
            "cloud.key_file", "cloud.trust_roots", "cloud.url", "hat.url", "voice.allow_ssh",
        ]
        return !ofDevice.contains(key) && !key.hasPrefix("updates.") && !key.hasPrefix("telemetry.")
            && byKey[key]?.isSecret == false
    }

    /// What is said of a name that is no setting.
    static func unknown(_ key: String) -> String { "there is no setting \(nameable(key))\(advice(key))" }

    /// The name where it is made as names are, else words for it: what stands where a name should be may be a value, such
    /// as a PIN behind a forgotten blank.
    static func nameable(_ name: String) -> String {
        let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || "._-".contains($0)) }
        return isName && !name.isEmpty && name.count <= 40 ? name : "of this name"
    }

    /// The setting that was probably meant.
    static func advice(_ key: String, _ name: (String) -> String = { $0 }) -> String {
        // What is longer than every name is none of them, and comparing it would take long.
        guard key.count <= 80 else { return "; `brim config` lists those there are" }
        let key = key.replacing("_", with: ".")
        let nearest = all.map { ($0.key, distance(key, $0.key.replacing("_", with: "."))) }.min { $0.1 < $1.1 }
        guard let (found, distance) = nearest, distance <= 3 else { return "; `brim config` lists those there are" }
        return "; is it \(name(found))?"
    }

    /// Letters to insert, delete or replace; the case of letters does not matter.
    private static func distance(_ first: String, _ second: String) -> Int {
        let other = Array(second.lowercased())
        var row = Array(0...other.count)
        for (index, letter) in first.lowercased().enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in other.indices {
                let replaced = diagonal + (other[column] == letter ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[other.count]
    }
}

extension Setting {
    /// What says a setting on the command line.
    static let flags = [
        "cloud.url": "--cloud-url", "cloud.model": "--cloud-model", "cloud.fallback_models": "--cloud-model",
        "cloud.allow": "--allow-cloud", "local_only": "--local-only", "threshold": "--threshold",
        "cache.enabled": "--no-cache", "backend": "--backend", "hat.url": "--hat-url",
    ]
}
