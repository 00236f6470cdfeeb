package import AssistantCore
import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1

extension NebiusClient {
    package func stream(
        _ request: CloudRequest, mayLeave: @escaping SendPermission
    ) -> AsyncThrowingStream<CloudEvent, any Error> {
        // The stream's buffer holds a whole reply at most, and a reply has its limit.
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await answer(request, mayLeave) { event in
                        continuation.yield(event)
                        // The connection may still have a word to say; nobody should wait for it.
                        if case .finished = event { continuation.finish() }
                    }
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { reason in
                if case .cancelled = reason { task.cancel() }
            }
        }
    }

    /// Tries until the reply is complete, or the failure is one that stays.
    private func answer(
        _ request: CloudRequest, _ mayLeave: @escaping SendPermission,
        _ emit: @escaping @Sendable (CloudEvent) -> Void
    ) async throws(CloudFailure) {
        let model = request.model ?? model
        let body = try encoded(request, model)
        let end = transport.time.now() + configuration.timeouts.total
        var attempt = 1
        while true {
            var failure: CloudFailure
            do throws(CloudFailure) {
                guard await mayLeave(.beforeAttempt) else { throw CloudFailure.withheld(at: endpoint.host) }
                return try await send(body, model: model, attempt: attempt, until: end, mayLeave, emit)
            } catch {
                failure = error
            }
            failure.attempts = attempt
            logger.debug("a cloud request failed", metadata: failure.metadata(model: model))
            let decision = configuration.retries.decision(
                after: failure, attempt: attempt, isAnswerVisible: failure.billing == .partlyAnswered, random: jitter())
            guard case .retry(let delay) = decision, delay < end - transport.time.now() else { throw failure }
            emit(.retrying(CloudRetry(attempt: attempt, delay: delay, failure: failure)))
            do {
                try await transport.time.sleep(delay)
            } catch {
                failure.kind = .cancelled
                throw failure
            }
            attempt += 1
        }
    }

    private func encoded(_ request: CloudRequest, _ model: String) throws(CloudFailure) -> [UInt8] {
        do {
            let effort = configuration.reasoning.effort(for: model)
            return try ChatRequest(request, model: model, effort: effort).encoded()
        } catch {
            throw CloudFailure(
                .badRequest, billing: .nothingSent,
                message: "A setting of the request is no number. Check the temperature and top-p.")
        }
    }

    private func send(
        _ body: [UInt8], model: String, attempt: Int, until end: Duration,
        _ mayLeave: @escaping SendPermission,
        _ emit: @escaping @Sendable (CloudEvent) -> Void
    ) async throws(CloudFailure) {
        let bearer = try await bearers.bearer()
        let reply = ReplyStream(
            model: model, attempt: attempt, time: transport.time, emit: emit)
        var outgoing = outgoing(.POST, "chat/completions", bearer: bearer)
        outgoing.headers.add(name: "content-type", value: "application/json")
        outgoing.body = body
        outgoing.onSend = { reply.sending() }
        outgoing.mayLeave = { await mayLeave(.handingOut) }
        outgoing.limit = end - transport.time.now()
        do {
            try await transport.exchange(outgoing) { try await reply.read($0, $1, $2) }
        } catch {
            if reply.isComplete { return }
            if error.kind == .modelUnknown { forgetSelection() }
            if let bearer, error.kind == .unauthorised { await bearers.refused(bearer) }
            throw error
        }
    }
}

extension CloudFailure {
    fileprivate func metadata(model: String) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "model": "\(model)", "kind": "\(kind.code)", "billing": "\(billing.rawValue)", "attempt": "\(attempts)",
        ]
        metadata["status"] = status.map { "\($0)" }
        metadata["x-request-id"] = requestID.map { "\($0)" }
        metadata["x-inference-id"] = inferenceID.map { "\($0)" }
        return metadata
    }
}
