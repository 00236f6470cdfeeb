import AssistantCore

extension CloudFailure.Kind {
    /// One line for a person: what happened at `host` and what to do next. `status` and `detail` (already cleaned, may
    /// be empty) are what the server said.
    func sentence(host: String, status: Int? = nil, detail: String = "") -> String {
        let detail = detail.hasSuffix(".") ? String(detail.dropLast()) : detail
        let said = [status.map(String.init), detail.isEmpty ? nil : detail].compactMap(\.self).joined(separator: ": ")
        let (what, next) = parts(host)
        return what + (said.isEmpty ? "" : " (\(said))") + ". " + next
    }

    private func parts(_ host: String) -> (what: String, next: String) {
        switch self {
        case .noCredential:
            ("There is no usable key for \(host)", "Set NEBIUS_API_KEY, or name a key file in the configuration.")
        case .unauthorised:
            ("\(host) refused the key", "Check it; Token Factory takes only its own keys, no IAM tokens.")
        case .budgetExhausted:
            ("The budget at \(host) is used up", "Top it up there; until then Brim answers on the device.")
        case .modelUnknown:
            ("\(host) does not know this model or address", "Choose another model, or check that the URL ends in /v1.")
        case .contextOverflow(let limit, _):
            (
                "The conversation is too long for the model" + (limit.map { ", which takes \($0) tokens" } ?? ""),
                "Start a new one, or allow a shorter answer."
            )
        case .badRequest:
            ("\(host) did not accept the request", "Check the cloud address, the model and its settings.")
        case .rateLimited(let delay):
            ("\(host) has had too many requests", Self.again(after: delay))
        case .unavailable(let delay):
            ("\(host) has a fault of its own", Self.again(after: delay))
        case .timeout(let phase):
            Self.parts(phase, host)
        case .brokenStream:
            ("\(host) closed the connection before the answer was complete", "Ask again.")
        case .invalidReply:
            ("\(host) sent something that is no answer", "Check the cloud address, and any proxy on the way.")
        case .tls:
            ("No trusted connection to \(host)", "Check the clock, the address and the certificates.")
        case .unreachable:
            ("\(host) cannot be reached", "Check the network and the cloud address.")
        case .refusedPlainHTTP:
            ("Plain HTTP to \(host) is not allowed", "Use https://, or http:// to this device alone.")
        case .redirected:
            ("\(host) points to another address", "The key is not sent there; set the new address yourself.")
        case .cancelled:
            ("The request was cancelled", "Ask again.")
        case .withheld:
            ("Nothing more was sent to \(host): it is not allowed any more", "Allow the cloud again, and ask again.")
        }
    }

    private static func parts(_ phase: CloudFailure.Phase, _ host: String) -> (what: String, next: String) {
        switch phase {
        case .connect: ("No connection to \(host) in time", "Check the network.")
        case .firstToken: ("\(host) did not begin to answer in time", "Ask again, or choose a faster model.")
        case .stall: ("\(host) stopped in the middle of the answer", "Ask again.")
        case .total: ("\(host) took too long for the whole answer", "Ask again, or for a shorter answer.")
        }
    }

    private static func again(after delay: Duration?) -> String {
        guard let delay else { return "Try again later." }
        return "Try again in \(max(1, Int64(delay.inSeconds.rounded(.up)))) s."
    }
}
