import AssistantCore
import NIOHTTP1
import Synchronization

/// How far one attempt has come: what its failure means depends on it.
final class Attempt: Sendable {
    /// A reply that is not what was asked for.
    struct Fault: Error, Hashable {
        var kind: CloudFailure.Kind
        /// In the server's words, or about them; raw.
        var detail: String
    }

    struct Progress: Sendable {
        /// The request has begun to leave the device.
        var isSent = false
        /// The head of the reply.
        var status: Int?
        var headers = HTTPHeaders()
        /// The body of a refusal, as far as it came.
        var refusal: [UInt8] = []
        var hasText = false
        var usage: CloudUsage?
        /// What is removed from whatever the server says.
        fileprivate let secrets: [Secret]
    }

    private let state: Mutex<Progress>

    init(hiding secrets: [Secret]) {
        state = Mutex(Progress(secrets: secrets))
    }

    var progress: Progress { state.withLock(\.self) }

    func update<Result: Sendable>(_ change: (inout Progress) -> Result) -> Result {
        state.withLock { change(&$0) }
    }
}

extension Attempt.Progress {
    var requestID: String? { identifier("x-request-id") }
    var inferenceID: String? { identifier("x-inference-id") }

    private func identifier(_ name: String) -> String? {
        headers.first(name: name).map { ServerText.cleaned($0, limit: 128, hiding: secrets) }
    }

    /// What an error means after this progress. `now` is the wall clock, for dates in headers.
    func failure(_ error: any Error, at host: String, now: Timestamp) -> CloudFailure {
        if let failure = error as? CloudFailure { return failure }
        let fault = fault(error, now: now)
        let detail = ServerText.cleaned(fault.detail, hiding: secrets)
        return CloudFailure(
            fault.kind, billing: billing(error),
            message: fault.kind.sentence(host: host, status: refusedStatus, detail: detail), status: status,
            requestID: requestID, inferenceID: inferenceID, usage: usage)
    }

    private var refusedStatus: Int? { status.flatMap { $0 == 200 ? nil : $0 } }

    private func fault(_ error: any Error, now: Timestamp) -> Attempt.Fault {
        if error is CancellationError { return Attempt.Fault(kind: .cancelled, detail: "") }
        if let status = refusedStatus {
            let retryAfter = RateHeaders.retryAfter(headers, now: now)
            let said = ServerError(status: status, body: refusal, retryAfter: retryAfter)
            return Attempt.Fault(kind: said.kind, detail: said.sentence)
        }
        switch error {
        case let expired as RequestDeadline.Expired: return Attempt.Fault(kind: .timeout(expired.phase), detail: "")
        case let fault as Attempt.Fault: return fault
        default: return ConnectionFault.read(error, isSent: isSent)
        }
    }

    private func billing(_ error: any Error) -> CloudFailure.Billing {
        // A gateway that lost patience does not know what the model behind it went on to do.
        if let refusedStatus { return refusedStatus == 504 ? .sent : .refused }
        if hasText { return .partlyAnswered }
        if !isSent { return .nothingSent }
        return status == nil && ConnectionFault.isRefusedCertificate(error) ? .refused : .sent
    }
}
