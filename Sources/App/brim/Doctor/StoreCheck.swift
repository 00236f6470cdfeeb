import AssistantCore
import Foundation
import Routing
import Store

/// What is kept: whether it will be there tomorrow, what was spent, and whether the audit log is what was written.
struct StoreCheck {
    let configuration: BrimConfiguration
    let directories: BrimDirectories

    func findings() async -> [Finding] {
        do {
            let store = try DatabaseStore(directory: directories.data, at: .now)
            // Damage may be met only by reading: what the store has to say comes after.
            let read = [await spending(store), try await audit(store)]
            let warnings = store.warnings.map {
                Finding("store", store.isDurable ? .warning : .failure, $0.description)
            }
            let kept = Finding("store", .ok, "\(directories.data) is kept.")
            return (warnings.isEmpty && store.isDurable ? [kept] : warnings) + read
        } catch {
            return [Finding("store", .failure, "\(error)")]
        }
    }

    private func spending(_ store: DatabaseStore) async -> Finding {
        let start = configuration.budget.periodStart(at: .now)
        let spent: Money
        do {
            spent = Money(microUSD: try await store.spending.total(of: .everything, since: start).chargedMicroUSD)
        } catch {
            return Finding("spent", .failure, "\(error)", nextStep: "then run: brim audit acknowledge")
        }
        if let limit = configuration.budget.maxBudget {
            let sentence = "\(spent) of \(limit) in this period."
            return spent >= limit
                ? Finding("spent", .warning, sentence, nextStep: "nothing is sent until the period ends")
                : Finding("spent", .ok, sentence)
        }
        return Finding("spent", .ok, "\(spent) so far.")
    }

    private func audit(_ store: DatabaseStore) async throws -> Finding {
        let found = try await store.audit.verify()
        return found.isIntact
            ? Finding("audit", .ok, "\(found.goodEntries) entries, each fits the one before.")
            : Finding(
                "audit", .failure, found.description, nextStep: "compare with a checkpoint: brim audit verify --help")
    }
}
