import TestSupport
import AssistantCore
import Testing

@testable import Nebius

struct ServerErrorTests {
    private func read(_ status: Int, _ body: String, retryAfter: Duration? = nil) -> ServerError {
        ServerError(status: status, body: Array(body.utf8), retryAfter: retryAfter)
    }

    @Test(
        "a status has its kind, whatever the body",
        arguments: ["", "null", "[]", "{}", "<html></html>", "{\"detail\":null}"])
    func statuses(body: String) {
        let kinds: [Int: CloudFailure.Kind] = [
            301: .redirected, 307: .redirected, 400: .badRequest, 401: .unauthorised, 402: .budgetExhausted,
            403: .unauthorised, 404: .modelUnknown, 405: .badRequest, 408: .unavailable(retryAfter: nil),
            413: .badRequest, 422: .badRequest, 429: .rateLimited(retryAfter: nil),
            500: .unavailable(retryAfter: nil), 504: .unavailable(retryAfter: nil), 529: .unavailable(retryAfter: nil),
            204: .invalidReply,
        ]
        for (status, kind) in kinds { #expect(read(status, body).kind == kind, "\(status)") }
        #expect(read(429, body, retryAfter: .seconds(3)).kind == .rateLimited(retryAfter: .seconds(3)))
        #expect(read(503, body, retryAfter: .seconds(3)).kind == .unavailable(retryAfter: .seconds(3)))
    }

    @Test("the server's sentence is found in every shape")
    func sentences() {
        #expect(read(401, #"{"detail":"token is not present"}"#).sentence == "token is not present")
        #expect(read(400, #"{"error":{"message":"bad","type":"x","param":null,"code":null}}"#).sentence == "bad")
        #expect(read(400, #"{"error":"bad"}"#).sentence == "bad")
        #expect(read(400, #"{"object":"error","message":"bad","code":400}"#).sentence == "bad")
        #expect(read(400, #"{"detail":{"message":"bad"}}"#).sentence == "bad")
        #expect(read(500, "Internal Server Error").sentence == "Internal Server Error")
        #expect(read(502, " \n<html><head><TITLE>502 Bad Gateway</TITLE></head>x</html>").sentence == "502 Bad Gateway")
        #expect(read(502, "<html><body>x</body></html>").sentence == "")
        #expect(read(400, #"{"error":{"unknown":1}}"#).sentence == "")
        #expect(read(400, #"{"error_message":"bad","error_code":7}"#).sentence == "bad")
        #expect(read(400, #"{"errorMessage":"bad"}"#).sentence == "bad")
        #expect(read(400, #"{"error_msg":"bad"}"#).sentence == "bad")
        #expect(read(400, #"{"errors":[{"message":"bad","code":1}]}"#).sentence == "bad")
        #expect(read(400, #"{"errors":["bad"]}"#).sentence == "bad")
        #expect(read(400, #"{"error":{"message":"bad","score":NaN,"cut":"\ud83d"}}"#).sentence == "bad")
    }

    @Test("fields that are wrong are named without what stood in them")
    func fields() {
        let body = """
            {"detail":[{"type":"missing","loc":["body","messages",0,"content"],"msg":"Field required","input":"secret"},\
            {"loc":[],"msg":"Too short"},{"msg":7},"what"]}
            """
        #expect(read(422, body).sentence == "body.messages.0.content: Field required; Too short")
    }

    @Test("a prompt that is too long is told by its numbers, in each server's words")
    func overflow() {
        let nebius = "This model's maximum context length is 4096 tokens. However, you requested 5214 tokens (4190 in)"
        #expect(read(400, "{\"detail\":\"\(nebius)\"}").kind == .contextOverflow(limit: 4096, requested: 5214))
        let newer = "This model's Maximum Context Length is 8192 tokens and your request has 9000 input tokens"
        #expect(read(400, "{\"detail\":\"\(newer)\"}").kind == .contextOverflow(limit: 8192, requested: nil))
        let coded = #"{"error":{"message":"too long","code":"context_length_exceeded"}}"#
        #expect(read(400, coded).kind == .contextOverflow(limit: nil, requested: nil))
        let absurd = "maximum context length is 99999999999999999999999 tokens"
        #expect(read(400, "{\"detail\":\"\(absurd)\"}").kind == .badRequest)
    }

    @Test("a used-up quota is no rate limit")
    func quota() {
        #expect(read(429, #"{"error":{"message":"m","type":"insufficient_quota"}}"#).kind == .budgetExhausted)
    }

    @Test("a server's text is one clean line within bounds, and holds no key")
    func cleaned() throws {
        #expect(ServerText.cleaned(" a\u{1B}[31m\r\n\tb\u{202E}c ") == "a\u{FFFD}[31m b\u{FFFD}c")
        #expect(ServerText.cleaned(String(repeating: "x", count: 1000), limit: 10) == "xxxxxxxxx…")
        let secret = try #require(Secret("sk-0123456789"))
        #expect(ServerText.cleaned("key sk-0123456789, sk-0123456789!", hiding: [secret]) == "key ‹secret›, ‹secret›!")
        let padded = String(repeating: " ", count: 5000) + "sk-0123456789"
        #expect(ServerText.cleaned(padded, limit: 240, hiding: [secret]) == "‹secret›")
    }

    @Test("damaged bodies of every kind give a kind and a bounded sentence")
    func fuzz() {
        var random = SeededGenerator(seed: 3)
        let samples = [
            #"{"detail":[{"loc":["body",0],"msg":"Field required"}],"error":{"message":"m","code":"c"}}"#,
            #"{"detail":"maximum context length is 12 tokens, you requested 13 tokens"}"#,
            "<html><title>x</title>",
        ]
        for round in 0..<900 {
            let body = Array(samples[round % samples.count].utf8).mutated(using: &random)
            let error = ServerError(status: 400, body: body, retryAfter: nil)
            let cleaned = ServerText.cleaned(error.sentence)
            #expect(cleaned.count <= 240 && !cleaned.unicodeScalars.contains { $0.value < 0x20 })
        }
    }
}
