/// What the double can do with a request for an answer, by name, so that a test of the whole program can ask for it:
/// a prompt that contains `[double:NAME]` gets the behaviour of that name.
package enum Behaviour: String, Sendable, CaseIterable {
    case polite, reasoning, empty, cutByLength = "cut-by-length", oneByteAtATime = "one-byte-at-a-time"
    case megabyte, doubleDone = "double-done", byteOrderMark = "bom", comments, notStreamed = "not-streamed"
    case slowStart = "slow-start", slowly
    case unauthorised = "401", budget = "402", forbidden = "403", unknownModel = "404", overflow = "400-overflow"
    case unprocessable = "422", rateLimited = "429", rateLimitedLong = "429-long", fault = "500", proxyPage = "502"
    case busy = "503", gatewayTimeout = "504", openAIError = "400-openai", quota = "429-quota", redirect = "302"
    case silentBeforeHead = "silent-before-head", silentBeforeToken = "silent-before-token", stall
    case closeBeforeHead = "close-before-head", resetBeforeHead = "reset-before-head"
    case closeBeforeToken = "close-before-token", closeInStream = "close-in-stream", resetInStream = "reset-in-stream"
    case endWithoutDone = "end-without-done", usageThenEnd = "usage-then-end", errorBeforeToken = "error-before-token"
    case errorInStream = "error-in-stream", garbage, garbageInStream = "garbage-in-stream", invalidUTF8 = "invalid-utf8"
    case aborted, filtered, refusal, thinking
    /// Answers with three marks, of which the question has at most the first.
    case echoMarks = "echo-marks"
    case giantLine = "giant-line", compressed, portal, stallAfterDone = "stall-after-done"

    /// The behaviour that the text asks for.
    package init?(askedFor text: String) {
        guard let start = text.firstRange(of: "[double:") else { return nil }
        self.init(rawValue: String(text[start.upperBound...].prefix { $0 != "]" }))
    }

    /// The words of a polite answer.
    package static let words = ["Paris", " is", " the", " capital", " of", " France", "."]
}
