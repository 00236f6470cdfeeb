import AssistantCore

/// What a server said instead of an answer: a kind to act on and, where it gave one, its own sentence.
///
/// Reads what FastAPI (`detail`), OpenAI and its likes (`error`), vLLM (`object: error`), gateways (`error_message`, a list
/// of `errors`) and plain proxies (text, HTML) send. The sentence is raw: it must be cleaned before it is shown.
struct ServerError: Sendable, Hashable {
    var kind: CloudFailure.Kind
    /// Empty where the server gave none.
    var sentence: String

    /// The error that came with an HTTP status. `body` need not be whole.
    init(status: Int, body: [UInt8], retryAfter: Duration?) {
        let json = try? JSONValue(parsing: body)  // Anything may stand here; what is not JSON is read as text.
        let said = json.flatMap(ErrorBody.init) ?? ErrorBody(sentence: Self.plainText(body))
        self.init(kind: Self.kind(of: status, said, retryAfter: retryAfter), sentence: said.sentence)
    }

    /// The error that stands in a running reply; `nil` where there is none.
    init?(inReply data: String) {
        // What is no JSON is no error either: the caller says what it is.
        guard let said = (try? JSONValue(parsing: data.utf8)).flatMap(ErrorBody.init) else { return nil }
        let status = said.code.flatMap { Int($0) } ?? 500
        self.init(kind: Self.kind(of: status, said, retryAfter: nil), sentence: said.sentence)
    }

    init(kind: CloudFailure.Kind, sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    private static func kind(of status: Int, _ said: ErrorBody, retryAfter: Duration?) -> CloudFailure.Kind {
        if said.names("insufficient_quota") { return .budgetExhausted }
        switch status {
        case 300..<400: return .redirected
        case 401, 403: return .unauthorised
        case 402: return .budgetExhausted
        case 404: return .modelUnknown
        case 429: return .rateLimited(retryAfter: retryAfter)
        case 400..<500:
            let limit = number(after: "maximum context length is ", in: said.sentence)
            guard limit != nil || said.names("context_length_exceeded") else {
                return status == 408 ? .unavailable(retryAfter: retryAfter) : .badRequest
            }
            return .contextOverflow(limit: limit, requested: number(after: "you requested ", in: said.sentence))
        case 500...: return .unavailable(retryAfter: retryAfter)
        default: return .invalidReply
        }
    }

    private static func number(after phrase: String, in sentence: String) -> Int? {
        let text = Array(sentence.lowercased().utf8)
        let phrase = Array(phrase.utf8)
        guard text.count >= phrase.count else { return nil }
        for start in 0...(text.count - phrase.count) where text[start...].starts(with: phrase) {
            let digits = text[(start + phrase.count)...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            if let number = Int(String(decoding: digits, as: UTF8.self)) { return number }
        }
        return nil
    }

    /// A proxy's page: the title where it is HTML, else the text itself.
    private static func plainText(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        guard text.drop(while: \.isWhitespace).first == "<" else { return text }
        let title = text.split(separator: "<").first { $0.lowercased().hasPrefix("title>") }
        return title.map { String($0.dropFirst("title>".count)) } ?? ""
    }
}

/// The parts of an error body that mean something, whatever its shape.
private struct ErrorBody {
    var sentence: String
    var code: String?
    var type: String?

    init(sentence: String) {
        self.sentence = sentence
    }

    /// `nil` where the JSON is no error.
    init?(_ json: JSONValue) {
        if let error = json["error"], error.isSomething {
            sentence = error.string ?? error["message"]?.string ?? json["message"]?.string ?? ""
            code = error["code"]?.digits
            type = error["type"]?.string
        } else if let detail = json["detail"], detail.isSomething {
            sentence = detail.string ?? detail["message"]?.string ?? Self.fields(detail)
        } else if let errors = json["errors"]?.array, let first = errors.first {
            sentence = first.string ?? first["message"]?.string ?? first["detail"]?.string ?? ""
            code = first["code"]?.digits ?? first["status"]?.digits
        } else if let message = Self.messageNames.lazy.compactMap({ json[$0]?.string }).first {
            sentence = message
            code = Self.codeNames.lazy.compactMap { json[$0]?.digits }.first
            type = json["type"]?.string
        } else {
            return nil
        }
    }

    /// What servers call the sentence, and the number or word beside it, where they stand by themselves.
    private static let messageNames = ["message", "error_message", "errorMessage", "error_msg", "msg"]
    private static let codeNames = ["code", "error_code", "errorCode", "status_code", "status"]

    func names(_ word: String) -> Bool { code == word || type == word }

    /// FastAPI's list of what is wrong with which field. Its `input` would quote the conversation and is left out.
    private static func fields(_ detail: JSONValue) -> String {
        (detail.array ?? []).prefix(3)
            .compactMap { fault -> String? in
                guard let message = fault["msg"]?.string else { return nil }
                let place = (fault["loc"]?.array ?? []).compactMap(\.digits).joined(separator: ".")
                return place.isEmpty ? message : "\(place): \(message)"
            }
            .joined(separator: "; ")
    }
}

extension JSONValue {
    fileprivate var isSomething: Bool { self != .null && self != .string("") && self != .bool(false) }
}
