import AssistantCore
import Foundation
import Nebius
import Routing

/// The cloud: reachable, key accepted, clock right, models, prices, budget. Nothing of a conversation is sent.
struct CloudCheck {
    let configuration: BrimConfiguration

    func findings() async -> [Finding] {
        guard configuration.lock != .localOnly else {
            return [Finding("cloud", .ok, "Local-only is set; it is not asked.")]
        }
        return await endpoint() + [clock, budget]
    }

    private func endpoint() async -> [Finding] {
        let cloud = configuration.cloud
        let client: NebiusClient
        do {
            client = try Workbench.client(cloud)
        } catch {
            return [Finding("key", .warning, "\(error)", nextStep: "without a cloud, every answer is of this device")]
        }
        let found: [Finding]
        do {
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
        found.append(
            model.price != nil || cloud.prices[model.id] != nil
                ? Finding("prices", .ok, "Known for \(model.id).")
                : Finding(
                    "prices", configuration.budget.maxBudget == nil ? .warning : .failure,
                    "Nobody says what \(model.id) costs; a hard limit lets nothing pass then.",
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
            "clock", .ok, isSet ? "Set by the network: \(now)." : "It says \(now); nobody here tells whether it is set."
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
