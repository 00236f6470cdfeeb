import AssistantCore
import Foundation
import HTTPSupport
import Nebius
import Routing
import Store

/// The cloud: key, clock, budget; where the person wants it asked, also whether it is reachable and takes the key, its
/// models and prices. Nothing of a conversation is sent.
struct CloudCheck {
    let configuration: BrimConfiguration
    /// Where it is recorded that the cloud was asked; `nil` where it is not to be asked.
    let directories: BrimDirectories?

    func findings() async -> [Finding] {
        guard configuration.lock != .localOnly else {
            return [Finding("cloud", .ok, "Local-only is set; it is not asked.")]
        }
        return proxy + (await endpoint()) + [clock, budget]
    }

    /// What the environment says about proxies, and what becomes of it; nothing where it says nothing.
    private var proxy: [Finding] {
        let environment = ProcessInfo.processInfo.environment
        let names = ["https_proxy", "http_proxy", "all_proxy"].flatMap { [$0, $0.uppercased()] }
        guard names.contains(where: { environment[$0]?.isEmpty == false }) else { return [] }
        do {
            let choice = try ProxySettings(environment: environment).choice(for: configuration.cloud.url)
            if let proxy = choice.proxy, let variable = choice.variable {
                return [Finding("proxy", .ok, "The cloud is asked by way of \(proxy), which \(variable) names.")]
            }
            let why = choice.variable.map { "\($0) excepts its address." } ?? "No variable names one for its address."
            return [Finding("proxy", .ok, "The cloud is asked without a proxy: \(why)")]
        } catch {
            return [Finding("proxy", .failure, "\(error)")]
        }
    }

    private func endpoint() async -> [Finding] {
        let cloud = configuration.cloud
        let client: NebiusClient
        do {
            client = try AssistantServices.client(cloud)
        } catch {
            return [Finding("key", .warning, "\(error)", nextStep: "without a cloud, every answer is of this device")]
        }
        guard let directories else {
            await client.shutdown()
            return [
                Finding("key", .ok, "There is one for \(cloud.url)."),
                Finding("endpoint", .ok, "\(cloud.url) was not asked; brim doctor --online asks for its models."),
            ]
        }
        let found: [Finding]
        do {
            try await Self.record(cloud.url, directories, by: "brim doctor --online")
            found = findings(of: try await client.models(), cloud)
        } catch {
            found = [
                Finding(
                    "endpoint", .failure, "\(error)", nextStep: "check network, key and cloud.url; then doctor again")
            ]
        }
        await client.shutdown()
        return found
    }

    /// What the endpoint offers, with its prices; asked because the person said so, which is recorded.
    ///
    /// - Parameter command: how the person said so.
    static func models(
        _ configuration: BrimConfiguration, _ directories: BrimDirectories, by command: String
    ) async throws -> [CloudModelInfo] {
        guard configuration.lock != .localOnly else {
            throw CommandFailure("local-only is set, so the cloud is not asked for its prices; give --price")
        }
        if let place = configuration.cloud.forbiddenBy {
            throw CommandFailure("the cloud is not allowed on this machine: \(place) says so; give --price")
        }
        let client = try AssistantServices.client(configuration.cloud)
        let models: Result<[CloudModelInfo], any Error>
        do {
            try await record(configuration.cloud.url, directories, by: command)
            models = .success(try await client.models())
        } catch {
            models = .failure(error)
        }
        await client.shutdown()
        return try models.get()
    }

    /// The person asked for it; that it was done can be read afterwards.
    private static func record(_ url: String, _ directories: BrimDirectories, by command: String) async throws {
        let store = try DatabaseStore(directory: directories.data, at: .now)
        try store.requireDurable()
        try await store.audit.append(
            AuditEvent(.settings, reason: "asked for its models: \(command)", subject: url), at: .now)
    }

    private func findings(of models: [CloudModelInfo], _ cloud: BrimConfiguration.Cloud) -> [Finding] {
        var found = [Finding("endpoint", .ok, "\(cloud.url) answers, and takes the key; \(models.count) models.")]
        guard let model = models.first(where: { $0.id == cloud.model }) else {
            let others = models.prefix(3).map { TerminalText.sanitised($0.id) }.joined(separator: ", ")
            let hasFallback = cloud.fallbackModels.contains { name in models.contains { $0.id == name } }
            found.append(
                Finding(
                    "model", hasFallback ? .warning : .failure, "\(cloud.model) is not offered.",
                    nextStep: "choose another with cloud.model" + (others.isEmpty ? "" : ", such as \(others)")))
            return found
        }
        found.append(Finding("model", .ok, "\(model.id) is offered."))
        let isLimited = configuration.budget.maxBudget != nil || configuration.teamBudget.maxBudget != nil
        var prices = PriceTable(configured: cloud.prices)
        prices.refresh(from: [model], at: .now)
        found.append(
            prices.quote(for: model.id, at: .now, isLimited: isLimited) != nil
                ? Finding("prices", .ok, "Known for \(model.id).")
                : Finding(
                    "prices", isLimited ? .failure : .warning,
                    "Nobody says what \(model.id) costs, or it is said to be 0; a hard limit lets nothing pass then.",
                    nextStep: "give it in cloud.prices"))
        return found
    }

    /// A wrong clock breaks TLS, budgets and the audit log.
    private var clock: Finding {
        let now = Timestamp.now
        guard now > Self.built else {
            return Finding(
                "clock", .failure, "It says \(now), which is past.", nextStep: "sudo timedatectl set-ntp true")
        }
        let isSet = Self.marks.contains { FileManager.default.fileExists(atPath: $0) }
        return Finding(
            "clock", .ok,
            isSet ? "Set by the network: \(now)." : "It says \(now); whether the network sets it is not known."
        )
    }

    /// Left behind by those that set the clock.
    private static let marks = ["/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid"]

    /// 2026-01-01: no device that runs this is of an earlier time.
    private static let built = Timestamp(millisecondsSince1970: 1_767_225_600_000)

    private var budget: Finding {
        guard let limit = configuration.budget.maxBudget else {
            return Finding(
                "budget", configuration.cloud.isAllowed ? .warning : .ok, "There is no hard limit.",
                nextStep: configuration.cloud.isAllowed ? "set budget.max_budget" : nil)
        }
        return Finding("budget", .ok, "At most \(limit).")
    }
}
