internal import AssistantCore
internal import FoundationEssentials
internal import Routing
internal import Synchronization

/// One permitted request on its way: from the seal to the settled account.
struct CloudDispatch: Sendable {
    let gateway: CloudGateway
    let ports: CloudGateway.Ports
    let id: ExchangeID
    let permit: SendPermit
    let messages: [Message]
    /// Of documents, part of `messages`.
    let passages: [Passage]
    /// Of the document that came with the question.
    let share: DocumentShare?
    let redaction: ConversationRedaction
    let maxTokens: Int
    let emit: @Sendable (Turn.Event) -> Void

    /// What holds a request back: a sentence for a person.
    private struct HeldBack: Error, CustomStringConvertible {
        let why: String
        var description: String { why }
    }

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
        } catch {
            // Whatever went wrong on the way: where the permission was taken back, that is the reason.
            await holdBack(takenBack ?? String(describing: error))
        }
    }

    private func holdBack(_ why: String) async {
        await gateway.record(AuditEvent(.refusal, reason: "held back: \(why)", subject: permit.endpoint))
        emit(.heldBack(why))
    }

    /// Why the request may not go on, a sentence; `nil` where it may.
    private var takenBack: String? {
        let progress = gateway.progress(of: id)
        guard var why = progress.revocation else { return nil }
        if why.isEmpty { why = "It was stopped." }
        return why
            + (progress.hasLeft ? " The request had left before; no more is sent." : " Nothing left this device.")
    }

    // MARK: Before the first byte

    private func clear() async throws -> Clearance {
        let sealed = try redaction.seal(messages, by: permit, under: gateway.policy, cloud: gateway.cloudState)
        let selection = try await select()
        guard let ticket = gateway.state.withLock({ $0.breaker.admit(at: .now) }) else {
            throw HeldBack(
                why: gateway.cloudState.breaker.sentence ?? "The cloud is being tested with another request.")
        }
        do {
            let reservation = try await reserve(sealed, selection.model)
            var clearance = Clearance(
                sealed: sealed, ticket: ticket, reservation: reservation, model: selection.model.id)
            clearance.price = price(of: selection.model)
            do {
                // Model and money took their time: the lock may have been set, or the consent withdrawn, meanwhile.
                guard await gateway.mayLeave(id, sealed, .beforeAttempt) else { throw HeldBack(why: why(sealed)) }
                try await announce(clearance)
            } catch {
                // If even this fails, the reservation stays: too much is counted, never too little.
                try? await ports.ledger.release(reservation, at: gateway.clock())
                throw error
            }
            return clearance
        } catch {
            gateway.state.withLock { $0.breaker.record(.abandoned, of: ticket, at: .now, random: 0) }
            throw error
        }
    }

    private var pictures: [Picture] { messages.compactMap(\.picture) }

    private func select() async throws -> CloudSelection {
        if !pictures.isEmpty {
            if let selection = gateway.state.withLock({ $0.visionSelection }) { return selection }
            return try await gateway.selectVision(ports)
        }
        if let selection = gateway.state.withLock({ $0.selection }) { return selection }
        return try await gateway.select(ports)
    }

    /// Why a sealed request may not leave, where nobody took the permission back by name.
    private func why(_ sealed: SealedPrompt) -> String {
        let bars = sealed.bars(under: gateway.cloudState).map(\.sentence)
        return bars.isEmpty ? "It may not leave any more." : bars.joined(separator: " ")
    }

    private func price(of model: CloudModelInfo) -> CloudPrice? {
        gateway.state.withLock { gateway.price(of: model.id, in: $0) }
    }

    /// Sets the worst case aside. Without a price and without a hard limit, nothing is set aside.
    private func reserve(_ sealed: SealedPrompt, _ model: CloudModelInfo) async throws -> ReservationID {
        let settings = gateway.settings
        let estimate = CostEstimate(messages: sealed.messages, maxTokens: maxTokens, price: price(of: model))
        let worstCase = estimate.worstCase
        let caps = settings.budget.caps(at: gateway.clock())
        guard worstCase != nil || caps.isEmpty else {
            throw HeldBack(why: BudgetState.priceUnknown.sentence ?? "The price is unknown.")
        }
        let request = SpendingRequest(
            worstCaseMicroUSD: worstCase?.microUSD ?? 0, model: model.id, device: settings.device, team: settings.team,
            worstCaseTokens: estimate.worstCaseTokens)
        do {
            let rates = settings.budget.rates
            switch try await ports.ledger.reserve(request, within: caps, rates: rates, at: gateway.clock()) {
            case .reserved(let id): return id
            case .tooFast(let delay):
                throw HeldBack(why: BudgetState.tooFast(delay).sentence ?? "A limit of a minute is reached.")
            case .refused(let cap, let charged):
                let cloudState = BudgetState.exhausted(
                    cap.scope, charged: Money(microUSD: charged), limit: Money(microUSD: cap.limitMicroUSD),
                    needed: worstCase ?? .zero)
                throw HeldBack(why: cloudState.sentence ?? "The budget is used up.")
            case .unreadable:
                throw HeldBack(
                    why: "Part of what was spent cannot be read and counts as spent; see `brim audit verify`, then run "
                        + "`brim audit acknowledge`.")
            case .notDurable:
                throw HeldBack(
                    why: "The store is in memory only, so what leaves cannot be recorded and nothing is sent; "
                        + "see the store's warning.")
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
            try await ports.audit.append(event, at: gateway.clock())
            for (index, passage) in passages.enumerated() {
                let event = AuditEvent(
                    .passage, reason: "passage \(index + 1) of \(passages.count)", subject: clearance.model,
                    promptText: passage.text)
                try await ports.audit.append(event, at: gateway.clock())
            }
            for picture in pictures {
                let event = AuditEvent(
                    .passage, reason: "picture \(picture.width) × \(picture.height), \(picture.bytes.count) bytes",
                    subject: clearance.model, promptText: Data(picture.bytes).base64EncodedString())
                try await ports.audit.append(event, at: gateway.clock())
            }
        } catch {
            throw HeldBack(why: "The audit log cannot be written (\(error)), so nothing is sent.")
        }
    }

    /// An estimate before the server has counted: four bytes a token.
    private func sentTokens(_ clearance: Clearance) -> Int {
        clearance.sealed.messages.reduce(0) { $0 + $1.text.utf8.count + 16 } / 4
            + pictures.reduce(0) { $0 + $1.tokensAtMost }
    }

    // MARK: After it

    private func stream(_ clearance: inout Clearance) async {
        var restorer = clearance.sealed.restorer
        var reply = ""
        var usage: CloudUsage?
        func take(_ text: String) {
            guard !text.isEmpty else { return }
            reply += text
            emit(.cloud(.content(text)))
        }
        do {
            let request = CloudRequest(
                clearance.sealed.messages, maxTokens: maxTokens, model: clearance.model)
            let sealed = clearance.sealed
            let events = ports.client.stream(request) { [gateway, id] in await gateway.mayLeave(id, sealed, $0) }
            for try await event in events {
                switch event {
                case .sending:
                    emit(.escalated(escalation(clearance)))
                case .content(let text):
                    take(restorer.restore(text))
                case .usage(let counted):
                    usage = counted
                case .finished(let summary):
                    take(restorer.finish())
                    await settle(
                        clearance, usage: summary.usage ?? usage, billing: .partlyAnswered, reply: reply,
                        note: summary.stop.outcome)
                    finish(clearance, .answered)
                    emit(.cloud(event))
                    return
                case .connected, .retrying, .reasoning:
                    emit(.cloud(event))
                }
            }
            // Cancelled: the person stopped it, or the permission was taken back.
            await end(clearance, CloudFailure(.cancelled, billing: .sent, message: "Stopped."), usage, reply)
        } catch {
            take(restorer.finish())
            let failure =
                error as? CloudFailure
                ?? CloudFailure(.invalidReply, billing: .sent, message: String(describing: error))
            await end(clearance, failure, usage, reply)
        }
    }

    /// Settles a request that brought no whole reply, and tells the turn.
    private func end(
        _ clearance: Clearance, _ failure: CloudFailure, _ usage: CloudUsage?, _ reply: String
    ) async {
        var failure = failure
        let isOurs = [.cancelled, .withheld].contains(failure.kind)
        if isOurs {
            // What was handed to a connection may be billed, so the reservation stays; else not a byte has left.
            failure.billing = gateway.progress(of: id).hasLeft ? .sent : .nothingSent
            failure.message = takenBack ?? (failure.kind == .withheld ? why(clearance.sealed) : failure.message)
        }
        await settle(
            clearance, usage: failure.usage ?? usage, billing: failure.billing, reply: reply, note: failure.message)
        finish(clearance, isOurs ? .abandoned : .failed(failure.kind))
        if isOurs, failure.billing == .nothingSent {
            await holdBack(failure.message)
        } else {
            emit(.cloudFailed(failure))
        }
    }

    private func escalation(_ clearance: Clearance) -> Escalation {
        Escalation(
            model: clearance.model, reason: permit.reason, sentTokens: sentTokens(clearance),
            redactions: clearance.sealed.redactionCount, share: share?.priced(at: clearance.price))
    }

    private func finish(_ clearance: Clearance, _ outcome: CircuitBreaker.Outcome) {
        gateway.state.withLock {
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
                clearance.reservation, costMicroUSD: money.microUSD, usage: usage, at: gateway.clock())
        } else if !billing.mayBeCharged {
            cost = .zero
            try? await ports.ledger.release(clearance.reservation, at: gateway.clock())
        }
        await gateway.record(
            AuditEvent(
                .outcome, reason: note ?? "answered", subject: clearance.model, replyText: reply.isEmpty ? nil : reply,
                sentTokens: usage?.promptTokens, receivedTokens: usage?.completionTokens,
                costMicroUSD: cost?.microUSD))
        if let cost, billing.mayBeCharged { emit(.charged(cost)) }
    }
}
