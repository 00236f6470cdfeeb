import AssistantCore
import Configuration
import Foundation
import Routing
import SystemPackage

/// What the operator set, resolved: flags over environment (`BRIM_…`) over `config.yaml` of the person over
/// `/etc/brim/config.yaml` over the defaults that stand here.
struct BrimConfiguration: Sendable {
    var systemPrompt: String?
    var rules = RoutingRules()
    var lock = OperatorLock.none
    var cloud = Cloud()
    var voice = Voice()
    var budget = Budget.Limits()
    var teamBudget = Budget.Limits()
    var cacheLifetime: Duration? = .seconds(86_400)

    struct Cloud: Sendable {
        var url = "https://api.tokenfactory.nebius.com/v1"
        var model = "nvidia/Nemotron-3-Super-120B-A12B"
        var fallbackModels: [String] = []
        /// The operator allows the cloud; recorded the first time it takes effect.
        var isAllowed = false
        /// Where the permission was given, for the record.
        var allowedBy = ""
        var keyFile: String?
        var gateway: String?
        var trustRoots: String?
        var clientCertificate: String?
        var clientKey: String?
        var maxTokens = 1024
        var team = ""
        var device = ProcessInfo.processInfo.hostName
        var prices: [String: CloudPrice] = [:]
    }
}

extension BrimConfiguration {
    static let systemFile = "/etc/brim/config.yaml"

    /// Reads the files and the environment. A missing file is no error; one that cannot be understood is.
    static func load(_ places: Places, isNamed: Bool) async throws -> BrimConfiguration {
        var providers: [any ConfigProvider] = [EnvironmentVariablesProvider().prefixKeys(with: "brim")]
        for (path, mayBeMissing) in [(places.configuration, !isNamed), (systemFile, true)] {
            do {
                providers.append(
                    try await FileProvider<YAMLSnapshot>(filePath: FilePath(path), allowMissing: mayBeMissing))
            } catch {
                throw CommandFailure("the configuration \(path) cannot be read: \(reason(error))")
            }
        }
        return try BrimConfiguration(Values(reader: ConfigReader(providers: providers)))
    }

    private static func reason(_ error: any Error) -> String {
        String(describing: error).split(separator: "\n").prefix(3).joined(separator: " ")
    }

    init(_ values: Values) throws {
        systemPrompt = try values.string("system_prompt")
        rules.threshold = try values.double("threshold") ?? rules.threshold
        if let word = try values.string("unknown_confidence") {
            rules.unknownConfidence = try values.choice("unknown_confidence", word)
        }
        rules.stayHome = try values.strings("privacy.stay_home").map { StayRule(name: $0) }
        rules.stayHome += try Self.grouped(values.strings("privacy.stay_words"), "privacy.stay_words")
            .map { StayRule(name: $0, phrases: $1) }
        rules.mustGo = try Self.grouped(values.strings("routing.must_go"), "routing.must_go")
            .map { GoRule(name: $0, phrases: $1) }
        if try values.bool("local_only") == true {
            lock = .localOnly
        } else if try values.bool("cloud_only") == true {
            lock = .cloudOnly
        }
        cloud = try Cloud(values)
        voice = try Voice(values, environment: ProcessInfo.processInfo.environment)
        budget = try Self.limits(values, "budget")
        teamBudget = try Self.limits(values, "team_budget")
        if let hours = try values.double("cache.hours") { cacheLifetime = .seconds(hours * 3_600) }
        if try values.bool("cache.enabled") == false { cacheLifetime = nil }
    }

    /// `name=phrase` lines, gathered by name in the order of their first appearance.
    private static func grouped(_ lines: [String], _ key: String) throws -> [(String, [String])] {
        var groups: [(String, [String])] = []
        for line in lines {
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw CommandFailure(
                    "\(key) has \"\(line)\"; each entry is a name, =, and words, such as project=blue heron")
            }
            if let index = groups.firstIndex(where: { $0.0 == parts[0] }) {
                groups[index].1.append(parts[1])
            } else {
                groups.append((parts[0], [parts[1]]))
            }
        }
        return groups
    }

    private static func limits(_ values: Values, _ key: String) throws -> Budget.Limits {
        var limits = Budget.Limits()
        limits.maxBudget = try values.money("\(key).max_budget")
        limits.softBudget = try values.money("\(key).soft_budget")
        if let text = try values.string("\(key).budget_duration") {
            guard let duration = BudgetDuration(text) else {
                throw CommandFailure("\(key).budget_duration is \"\(text)\"; give a time such as 24h, 7d or 30d")
            }
            limits.budgetDuration = duration
        }
        return limits
    }
}

extension BrimConfiguration.Cloud {
    init(_ values: BrimConfiguration.Values) throws {
        url = try values.string("cloud.url") ?? url
        model = try values.string("cloud.model") ?? model
        fallbackModels = try values.strings("cloud.fallback_models")
        isAllowed = try values.bool("cloud.allow") ?? false
        allowedBy = "cloud.allow in the configuration"
        keyFile = try values.string("cloud.key_file")
        gateway = try values.string("cloud.gateway")
        trustRoots = try values.string("cloud.trust_roots")
        clientCertificate = try values.string("cloud.client_certificate")
        clientKey = try values.string("cloud.client_key")
        maxTokens = try values.int("cloud.max_tokens") ?? maxTokens
        guard (1...131_072).contains(maxTokens) else {
            throw CommandFailure("cloud.max_tokens is \(maxTokens); it has to be between 1 and 131072")
        }
        team = try values.string("cloud.team") ?? team
        device = try values.string("cloud.device") ?? device
        for line in try values.strings("cloud.prices") {
            let parts = line.split { $0 == "=" || $0 == " " }
            guard parts.count == 3, let input = Money(decimal: parts[1]), let output = Money(decimal: parts[2]) else {
                throw CommandFailure(
                    "cloud.prices has \"\(line)\"; each entry is a model and its USD per million tokens in and out,"
                        + " such as openai/gpt-oss-120b=0.15 0.60")
            }
            prices[String(parts[0])] = CloudPrice(inputPerMillion: input, outputPerMillion: output)
        }
    }
}

extension BrimConfiguration {
    /// Typed values by key, with an error that names the key where the value is of another kind.
    struct Values {
        let reader: ConfigReader

        func string(_ key: String) throws -> String? {
            reader.string(forKey: ConfigKey(key)).flatMap { $0.isEmpty ? nil : $0 }
        }

        func strings(_ key: String) throws -> [String] {
            reader.stringArray(forKey: ConfigKey(key)) ?? []
        }

        func bool(_ key: String) throws -> Bool? {
            try parsed(key, "true or false") {
                ["true": true, "yes": true, "false": false, "no": false][$0.lowercased()]
            }
        }

        func int(_ key: String) throws -> Int? { try parsed(key, "a whole number") { Int($0) } }
        func double(_ key: String) throws -> Double? { try parsed(key, "a number") { Double($0) } }

        private func parsed<Value>(_ key: String, _ kind: String, _ parse: (String) -> Value?) throws -> Value? {
            guard let text = try string(key) else { return nil }
            guard let value = parse(text) else {
                throw CommandFailure("the configuration's \(key) is \"\(text)\"; it has to be \(kind)")
            }
            return value
        }

        func money(_ key: String) throws -> Money? {
            guard let text = try string(key) else { return nil }
            guard let money = Money(decimal: text), money >= .zero else {
                throw CommandFailure("the configuration's \(key) is \"\(text)\"; give US dollars such as 2.50")
            }
            return money
        }

        func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ word: String) throws -> Choice
        where Choice.RawValue == String {
            guard let choice = Choice(rawValue: word) else {
                let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure("the configuration's \(key) is \"\(word)\"; it has to be one of: \(words)")
            }
            return choice
        }
    }
}
