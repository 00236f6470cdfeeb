import AssistantCore
import ChatUI
import Foundation
import Routing

/// What the operator set, resolved: flags over environment (`BRIM_…`) over `config.yaml` of the person over
/// `/etc/brim/config.yaml` over the defaults that stand here.
struct BrimConfiguration: Sendable {
    var systemPrompt: String?
    var rules = RoutingRules()
    var lock = OperatorLock.none
    var backend: OwnBackend
    var cloud = Cloud()
    var voice = Voice()
    var screen = ScreenPreferences()
    var kiosk = KioskRules()
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
    ///
    /// - Parameters:
    ///   - isNamed: whether the command line names the file: it has to be there then.
    ///   - flags: what the command line says.
    static func load(_ places: Places, isNamed: Bool, flags: CloudOptions? = nil) async throws -> BrimConfiguration {
        try BrimConfiguration(await values(places, isNamed: isNamed, flags: flags))
    }

    /// All that was set, each with its place.
    static func values(_ places: Places, isNamed: Bool, flags: CloudOptions? = nil) async throws -> SettingValues {
        var layers = [SettingLayer(environment: ProcessInfo.processInfo.environment)]
        if let flags { layers.insert(SettingLayer(commandLine: flags.settings), at: 0) }
        for (path, mayBeMissing) in [(places.configuration, !isNamed), (systemFile, true)] {
            if let layer = try await SettingLayer(file: path, mayBeMissing: mayBeMissing) { layers.append(layer) }
        }
        return SettingValues(layers: layers)
    }

    init(_ values: SettingValues) throws {
        backend = try OwnBackend(values)
        systemPrompt = try values.string("system_prompt")
        rules.threshold = try values.double("threshold", in: 0...1) ?? rules.threshold
        rules.unknownConfidence = try values.choice("unknown_confidence") ?? rules.unknownConfidence
        rules.stayHome = values.strings("privacy.stay_home").map { StayRule(name: $0) }
        rules.stayHome += try Self.grouped(values, "privacy.stay_words").map { StayRule(name: $0, phrases: $1) }
        rules.mustGo = try Self.grouped(values, "routing.must_go").map { GoRule(name: $0, phrases: $1) }
        if try values.bool("local_only") == true {
            lock = .localOnly
        } else if try values.bool("cloud_only") == true {
            lock = .cloudOnly
        }
        cloud = try Cloud(values)
        voice = try Voice(values, environment: ProcessInfo.processInfo.environment)
        screen = try ScreenPreferences(values)
        kiosk = try KioskRules(values)
        budget = try Self.limits(values, "budget")
        teamBudget = try Self.limits(values, "team_budget")
        if let hours = try values.double("cache.hours", in: 0...87_600) { cacheLifetime = .seconds(hours * 3_600) }
        if try values.bool("cache.enabled") == false { cacheLifetime = nil }
    }

    /// `name=phrase` lines, gathered by name in the order of their first appearance.
    private static func grouped(_ values: SettingValues, _ key: String) throws -> [(String, [String])] {
        var groups: [(String, [String])] = []
        for line in values.strings(key) {
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw values.wrong(key, "entries of a name, =, and words, such as project=blue heron, not \"\(line)\"")
            }
            if let index = groups.firstIndex(where: { $0.0 == parts[0] }) {
                groups[index].1.append(parts[1])
            } else {
                groups.append((parts[0], [parts[1]]))
            }
        }
        return groups
    }

    private static func limits(_ values: SettingValues, _ key: String) throws -> Budget.Limits {
        var limits = Budget.Limits()
        limits.maxBudget = try values.money("\(key).max_budget")
        limits.softBudget = try values.money("\(key).soft_budget")
        if let text = try values.string("\(key).budget_duration") {
            guard let duration = BudgetDuration(text) else {
                throw values.wrong("\(key).budget_duration", "a time such as 24h, 7d or 30d, not \"\(text)\"")
            }
            limits.budgetDuration = duration
        }
        return limits
    }
}

extension BrimConfiguration.Cloud {
    init(_ values: SettingValues) throws {
        url = try values.string("cloud.url") ?? url
        model = try values.string("cloud.model") ?? model
        fallbackModels = values.strings("cloud.fallback_models")
        isAllowed = try values.bool("cloud.allow") ?? false
        allowedBy = values.origin(of: "cloud.allow") ?? ""
        keyFile = try values.string("cloud.key_file")
        gateway = try values.string("cloud.gateway")
        trustRoots = try values.string("cloud.trust_roots")
        clientCertificate = try values.string("cloud.client_certificate")
        clientKey = try values.string("cloud.client_key")
        maxTokens = try values.int("cloud.max_tokens", in: 1...131_072) ?? maxTokens
        team = try values.string("cloud.team") ?? team
        device = try values.string("cloud.device") ?? device
        for line in values.strings("cloud.prices") {
            let parts = line.split { $0 == "=" || $0 == " " }
            guard parts.count == 3, let input = Money(decimal: parts[1]), let output = Money(decimal: parts[2]) else {
                throw values.wrong(
                    "cloud.prices",
                    "a model and its USD per million tokens in and out, such as openai/gpt-oss-120b=0.15 0.60, not \"\(line)\""
                )
            }
            prices[String(parts[0])] = CloudPrice(inputPerMillion: input, outputPerMillion: output)
        }
    }
}
