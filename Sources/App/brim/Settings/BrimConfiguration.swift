import AssistantCore
import ChatUI
import Foundation
import Routing

/// What the operator set, resolved: flags over environment (`BRIM_…`) over `config.yaml` of the person over what a fleet's
/// updates brought over `/etc/brim/config.yaml` over the defaults that stand here. Locks hold wherever they stand, and lists of what stays are
/// joined: see ``Setting/Combination``.
struct BrimConfiguration: Sendable {
    var systemPrompt: String?
    /// What is said of the sampling; the rest is the model's profile's.
    var sampling = SamplingChoice()
    var rules = RoutingRules()
    var lock = OperatorLock.none
    var backend: OwnBackend
    var cloud = Cloud()
    var voice = Voice()
    var screen = ScreenPreferences()
    var kiosk = KioskRules()
    /// The hash of the kiosk's PIN, where the configuration has it.
    var kioskPIN: String?
    /// Conversations, cached answers and what is learnt from them stay in memory: for a kiosk, which forgets who has gone.
    var keepsNothingSaid = false
    var budget = Budget.Limits()
    var teamBudget = Budget.Limits()
    /// What everybody but the team that it is set aside for may spend.
    var reserveLines: [Budget.Line] = []
    /// Run when a soft limit is reached: a program and its arguments; empty for none.
    var alertCommand: [String] = []
    /// The budgets of the system's file where somebody has set others over them: they hold as well.
    var systemBudgets: [Budget.Line] = []
    var cacheLifetime: Duration? = .seconds(86_400)
    /// The collections are asked before anything is drafted.
    var usesKnowledge = true
    /// Documents of the collections that change are read again while a conversation runs.
    var watchesKnowledge = true
    /// What is not in the collections is not answered.
    var answersOnlyFromKnowledge = false
    /// The full screen fetches the model that suits this device.
    var fetchesModels = true
    var cost: CostSettings
    /// A fleet's repository is set: figures of turns are kept, to compare releases by.
    var takesUpdates = false
    /// `nil` where no figures are handed on.
    var telemetry: TelemetrySettings?

    struct Cloud: Sendable {
        var url = "https://api.tokenfactory.nebius.com/v1"
        var model = "nvidia/Nemotron-3-Super-120B-A12B"
        var fallbackModels: [String] = []
        /// The model that is asked about pictures; empty for none.
        var visionModel = ""
        /// The operator allows the cloud; recorded the first time it takes effect.
        var isAllowed = false
        /// Where the system's file forbids it, which nobody takes back; `nil` where it does not.
        var forbiddenBy: String?
        /// Where the permission was given, for the record.
        var allowedBy = ""
        /// Whether it was given on the command line of this very run.
        var isAllowedNow: Bool { allowedBy == Setting.flags["cloud.allow"] }
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
    static func load(_ directories: BrimDirectories, isNamed: Bool, flags: SettingLayer? = nil) async throws
        -> BrimConfiguration
    {
        try BrimConfiguration(await values(directories, isNamed: isNamed, flags: flags))
    }

    /// All that was set, each with its place. What of it cannot be is said by ``init(_:)``.
    static func values(_ directories: BrimDirectories, isNamed: Bool, flags: SettingLayer? = nil) async throws
        -> SettingValues
    {
        var layers = [SettingLayer(environment: ProcessInfo.processInfo.environment)]
        if let flags { layers.insert(flags, at: 0) }
        if let person = SettingLayer(file: directories.configuration, isSystem: false) {
            layers.append(person)
        } else if isNamed {
            throw CommandFailure("the configuration \(directories.configuration) cannot be read: there is no such file")
        }
        layers += InstalledUpdates.configurations(directories).compactMap(SettingLayer.init(ofFleet:))
        if let system = SettingLayer(file: systemFile, isSystem: true) { layers.append(system) }
        return SettingValues(layers: layers)
    }

    init(_ values: SettingValues) throws {
        try values.check()
        backend = try OwnBackend(values)
        systemPrompt = try values.string("system_prompt")
        for parameter in SamplingParameter.allCases {
            let key = "sampling.\(parameter.rawValue)"
            guard let value = try values.double(key, in: parameter.range) else { continue }
            guard !parameter.isWhole || value == value.rounded() else {
                throw values.wrong(key, "a whole number, \(parameter.rangeInWords)")
            }
            sampling[parameter] = value
        }
        rules.threshold = try values.double("threshold", in: 0...1) ?? rules.threshold
        rules.unknownConfidence = try values.choice("unknown_confidence") ?? rules.unknownConfidence
        rules.stayHome = try values.strings("privacy.stay_home").map { name in
            guard DataClass(rawValue: name) != nil else {
                let names = DataClass.allCases.map(\.rawValue).joined(separator: ", ")
                throw values.wrong("privacy.stay_home", "of these: \(names)")
            }
            return StayRule(name: name)
        }
        rules.stayHome += try Self.grouped(values, "privacy.stay_words").map { StayRule(name: $0, phrases: $1) }
        rules.mustGo = try Self.grouped(values, "routing.must_go").map { GoRule(name: $0, phrases: $1) }
        try Self.check(rules, values)
        let isCloudOnly = try values.bool("cloud_only") == true
        lock = try values.bool("local_only") == true ? .localOnly : isCloudOnly ? .cloudOnly : .none
        cloud = try Cloud(values)
        voice = try Voice(values, environment: ProcessInfo.processInfo.environment)
        screen = try ScreenPreferences(values)
        kiosk = try KioskRules(values)
        kioskPIN = try values.string("kiosk.pin")
        budget = try Self.limits(values, "budget")
        teamBudget = try Self.limits(values, "team_budget")
        for (scope, key, limits) in [
            (SpendingScope.everything, "budget", budget), (.team(cloud.team), "team_budget", teamBudget),
        ] {
            let system = try Self.limits(values.ofSystem, key)
            let isLimited = system.maxBudget != nil || system.rpm != nil || system.tpm != nil
            if isLimited, system != limits { systemBudgets.append(Budget.Line(scope, system)) }
        }
        for values in [values, values.ofSystem] {
            if let line = try Self.reserve(values, cloud.team), !reserveLines.contains(line) {
                reserveLines.append(line)
            }
        }
        alertCommand = values.strings("budget.alert_command")
        if let program = alertCommand.first, !program.hasPrefix("/") {
            throw values.wrong(
                "budget.alert_command",
                "a program by its whole path, and its arguments, such as [/usr/bin/logger, -t, brim]")
        }
        if let hours = try values.double("cache.hours", in: 0...87_600) { cacheLifetime = .seconds(hours * 3_600) }
        answersOnlyFromKnowledge = try values.bool("know.only") ?? false
        watchesKnowledge = try values.bool("know.watch") ?? true
        usesKnowledge = try answersOnlyFromKnowledge || values.bool("know.enabled") ?? true
        fetchesModels = try values.bool("models.auto_fetch") ?? true
        cost = try CostSettings(values)
        telemetry = try TelemetrySettings(values)
        takesUpdates = try values.string("updates.url") != nil
        if try values.bool("cache.enabled") == false { cacheLifetime = nil }
    }

    /// `name=phrase` lines, gathered by name in the order of their first appearance.
    private static func grouped(_ values: SettingValues, _ key: String) throws -> [(String, [String])] {
        var groups: [(String, [String])] = []
        for line in values.strings(key) {
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw values.wrong(key, "entries of a name, =, and words, such as project=blue heron")
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
        limits.budgetDuration = try values.parsed("\(key).budget_duration", "a time such as 24h, 7d or 30d") {
            BudgetDuration($0)
        }
        limits.rpm = try values.int("\(key).rpm", in: 1...1_000_000)
        limits.tpm = try values.int("\(key).tpm", in: 1...1_000_000_000)
        return limits
    }

    /// What others may spend beside what is set aside for a team; `nil` where nothing is, or for that team itself.
    private static func reserve(_ values: SettingValues, _ team: String) throws -> Budget.Line? {
        let found = try values.parsed("budget.reserve", "a team and its US dollars, such as nurses=5") {
            text -> (team: String, amount: Money)? in
            let parts = text.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[0].isEmpty, let amount = Money(decimal: parts[1]), amount >= .zero else {
                return nil
            }
            return (parts[0], amount)
        }
        guard let found else { return nil }
        let whole = try limits(values, "budget")
        guard let line = Budget.line(reserving: found.amount, for: found.team, of: whole),
            found.amount <= whole.maxBudget ?? .zero
        else {
            throw values.wrong(
                "budget.reserve", "a part of budget.max_budget, which has to be set in the same place or above")
        }
        return found.team == team ? nil : line
    }

    /// Throws where the rules together cannot be: their words are nobody's business, so only their number is named.
    private static func check(_ rules: RoutingRules, _ values: SettingValues) throws {
        do {
            _ = try RoutingPolicy(rules)
        } catch {
            let place = ["privacy.stay_words", "routing.must_go", "privacy.stay_home"].first {
                values.origin(of: $0) != nil
            }
            throw values.wrong(
                place ?? "privacy.stay_words",
                "rules of different names, at most 64 of a sort, each with a word of letters or digits")
        }
    }
}

extension BrimConfiguration.Cloud {
    init(_ values: SettingValues) throws {
        url = try values.string("cloud.url") ?? url
        model = try values.string("cloud.model") ?? model
        fallbackModels = values.strings("cloud.fallback_models")
        visionModel = try values.string("cloud.vision_model") ?? visionModel
        isAllowed = try values.bool("cloud.allow") ?? false
        allowedBy = values.origin(of: "cloud.allow") ?? ""
        if try values.ofSystem.bool("cloud.allow") == false { forbiddenBy = values.ofSystem.origin(of: "cloud.allow") }
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
                    "a model and its USD per million tokens in and out, such as openai/gpt-oss-120b=0.15 0.60"
                )
            }
            prices[String(parts[0])] = CloudPrice(inputPerMillion: input, outputPerMillion: output)
        }
    }
}
