internal import AssistantCore
internal import Routing
internal import Synchronization

/// One permitted request on its way: from the seal to the settled account.
struct Delivery: Sendable {
    let desk: CloudDesk
    let ports: CloudDesk.Ports
    let permit: SendPermit
    let messages: [Message]
    let maxTokens: Int
    let tell: @Sendable (Turn.Event) -> Void

    /// What holds a request back: a sentence for a person.
    private struct HeldBack: Error { let why: String }

    /// What was obtained before the first byte.
    private struct Clearance {
        var sealed: SealedPrompt
        var ticket: CircuitBreaker.Ticket
        var reservation: ReservationID
        var model: String
        var price: CloudPrice?
    }

    func run() async {
        do {
            var clearance = try await clear()
            await stream(&clearance)
        } catch let error as HeldBack {
            await desk.record(
                AuditEvent(.refusal, reason: "held back: \(error.why)", subject: permit.endpoint))
            tell(.heldBack(error.why))
        } catch {
            tell(.heldBack(String(describing: error)))
        }
    }

    // MARK: Before the first byte

    private func clear() async throws -> Clearance {
        let standing = desk.standing
        let sealed: SealedPrompt
        do {
            sealed = try desk.state.withLock {
                try permit.seal(messages, under: $0.policy, redactor: &$0.redactor, cloud: standing)
            }
        } catch {
            throw HeldBack(why: String(describing: error))
        }
        let selection = try await select()
        guard let ticket = desk.state.withLock({ $0.breaker.admit(at: .now) }) else {
            throw HeldBack(why: desk.standing.breaker.sentence ?? "The cloud is being tested with another request.")
        }
        do {
            let reservation = try await reserve(sealed, selection.model)
            var clearance = Clearance(
                sealed: sealed, ticket: ticket, reservation: reservation, model: selection.model.id)
            clearance.price = price(of: selection.model)
            do {
                // Model and money took their time: the lock may have been set, or the consent withdrawn, meanwhile.
                guard sealed.mayLeave(under: desk.standing) else {
                    throw HeldBack(why: "The cloud was shut off before anything left.")
                }
                try await announce(clearance)
            } catch {
                // If even this fails, the reservation stays: too much is counted, never too little.
                try? await ports.ledger.release(reservation, at: desk.clock())
                throw error
            }
            return clearance
        } catch {
            desk.state.withLock { $0.breaker.record(.abandoned, of: ticket, at: .now, random: 0) }
            throw error
        }
    }

    private func select() async throws -> CloudSelection {
        if let selection = desk.state.withLock({ $0.selection }) { return selection }
        do {
            let selection = try await ports.client.prepare()
            desk.state.withLock {
                $0.selection = selection
                $0.prices.refresh(from: [selection.model], at: desk.clock())
            }
            return selection
        } catch {
            throw HeldBack(why: String(describing: error))
        }
    }

    private func price(of model: CloudModelInfo) -> CloudPrice? {
        desk.state.withLock { $0.prices.quote(for: model.id, at: desk.clock())?.price }
    }

    /// Sets the worst case aside. Without a price and without a hard limit, nothing is set aside.
    private func reserve(_ sealed: SealedPrompt, _ model: CloudModelInfo) async throws -> ReservationID {
        let settings = desk.settings
        let worstCase = CostEstimate(messages: sealed.messages, maxTokens: maxTokens, price: price(of: model)).worstCase
        let caps = settings.budget.caps(at: desk.clock())
        guard worstCase != nil || caps.isEmpty else {
            throw HeldBack(why: BudgetStanding.priceUnknown.sentence ?? "The price is unknown.")
        }
        let request = SpendingRequest(
            worstCaseMicroUSD: worstCase?.microUSD ?? 0, model: model.id, device: settings.device, team: settings.team)
        do {
            switch try await ports.ledger.reserve(request, within: caps, at: desk.clock()) {
            case .reserved(let id): return id
            case .refused(let cap, let charged):
                let standing = BudgetStanding.exhausted(
                    cap.scope, charged: Money(microUSD: charged), limit: Money(microUSD: cap.limitMicroUSD),
                    needed: worstCase ?? .zero)
                throw HeldBack(why: standing.sentence ?? "The budget is used up.")
            case .notDurable:
                throw HeldBack(why: "What is spent cannot be written down, so nothing is; see the store's warning.")
            }
        } catch let error as HeldBack {
            throw error
        } catch {
            throw HeldBack(why: "The spending ledger failed: \(error)")
        }
    }

    /// The audit entry comes before the first byte; without it, nothing is sent.
    private func announce(_ clearance: Clearance) async throws {
        let event = AuditEvent(
            .escalation, reason: permit.reason.sentence, subject: clearance.model,
            promptText: clearance.sealed.messages.map(\.text).joined(separator: "\n"),
            sentTokens: sentTokens(clearance), redactions: clearance.sealed.redactionCount)
        do {
            try await ports.audit.append(event, at: desk.clock())
        } catch {
            throw HeldBack(why: "The audit log cannot be written (\(error)), so nothing is sent.")
        }
    }

    /// An estimate before the server has counted: four bytes a token.
    private func sentTokens(_ clearance: Clearance) -> Int {
        clearance.sealed.messages.reduce(0) { $0 + $1.text.utf8.count + 16 } / 4
    }

    // MARK: After it

    private func stream(_ clearance: inout Clearance) async {
        var restorer = clearance.sealed.restorer
        var reply = ""
        var usage: CloudUsage?
        func take(_ text: String) {
            guard !text.isEmpty else { return }
            reply += text
            tell(.cloud(.content(text)))
        }
        do {
            let request = CloudRequest(
                clearance.sealed.messages, maxTokens: maxTokens, model: clearance.model)
            for try await event in ports.client.stream(request) {
                switch event {
                case .sending:
                    tell(.escalated(escalation(clearance)))
                case .content(let text):
                    take(restorer.restore(text))
                case .usage(let counted):
                    usage = counted
                case .finished(let summary):
                    take(restorer.finish())
                    await settle(clearance, usage: summary.usage ?? usage, billing: .partlyAnswered, reply: reply)
                    finish(clearance, .answered)
                    tell(.cloud(event))
                    return
                case .connected, .retrying, .reasoning:
                    tell(.cloud(event))
                }
            }
            // The person stopped it: what was sent may be billed, so the reservation stays.
            await settle(clearance, usage: usage, billing: .sent, reply: reply, note: "stopped by the person")
            finish(clearance, .abandoned)
        } catch {
            take(restorer.finish())
            let failure =
                error as? CloudFailure
                ?? CloudFailure(.invalidReply, billing: .sent, message: String(describing: error))
            await settle(
                clearance, usage: failure.usage ?? usage, billing: failure.billing, reply: reply, note: failure.message)
            finish(clearance, failure.kind == .cancelled ? .abandoned : .failed(failure.kind))
            tell(.cloudFailed(failure))
        }
    }

    private func escalation(_ clearance: Clearance) -> Escalation {
        Escalation(
            model: clearance.model, reason: permit.reason, sentTokens: sentTokens(clearance),
            redactions: clearance.sealed.redactionCount)
    }

    private func finish(_ clearance: Clearance, _ outcome: CircuitBreaker.Outcome) {
        desk.state.withLock {
            $0.breaker.record(outcome, of: clearance.ticket, at: .now, random: .random(in: 0..<1))
        }
    }

    /// Settles from usage, gives back what was never sent, and else lets the worst case stand. Then writes what came of it.
    private func settle(
        _ clearance: Clearance, usage: CloudUsage?, billing: CloudFailure.Billing, reply: String, note: String? = nil
    ) async {
        var cost: Money?
        // A ledger that fails here leaves the worst case standing: too much is counted, never too little.
        if let usage, let price = clearance.price {
            let money = price.cost(usage)
            cost = money
            try? await ports.ledger.settle(
                clearance.reservation, costMicroUSD: money.microUSD, usage: usage, at: desk.clock())
        } else if !billing.mayBeCharged {
            cost = .zero
            try? await ports.ledger.release(clearance.reservation, at: desk.clock())
        }
        await desk.record(
            AuditEvent(
                .outcome, reason: note ?? "answered", subject: clearance.model, replyText: reply.isEmpty ? nil : reply,
                sentTokens: usage?.promptTokens, receivedTokens: usage?.completionTokens,
                costMicroUSD: cost?.microUSD))
        if let cost, billing.mayBeCharged { tell(.charged(cost)) }
    }
}
