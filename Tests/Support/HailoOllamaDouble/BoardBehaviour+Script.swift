import Foundation
import NebiusDouble

extension BoardBehaviour {
    /// The steps of an answer to `/api/chat`.
    func steps(model: String) -> [Script.Step] {
        let head = Script.Step.head(status: 200, headers: [("content-type", "application/x-ndjson")])
        let text = pieces.flatMap { piece -> [Script.Step] in
            let line = body(line(model, content: piece, isDone: false))
            return pause == .zero ? line : [.pause(pause)] + line
        }
        let done = body(line(model, content: "", isDone: true)) + [.end]
        guard let fault else { return [head] + text + done }
        let perPiece = pieces.isEmpty ? 0 : text.count / pieces.count
        switch moment {
        case .beforeHead: return faultyHead(fault)
        case .beforeText, .inText, .beforeDone:
            return [head] + text.prefix(perPiece * piecesBeforeFault) + faulty(fault)
        }
    }

    /// An error in the release's way.
    func error(_ words: String, status: Int = 500) -> Script {
        .answer(release == .old ? 200 : status, #"{"error":"\#(words)"}"#)
    }

    private func faultyHead(_ fault: Fault) -> [Script.Step] {
        switch fault {
        case .error: error("HAILO_INTERNAL_FAILURE").steps
        case .close, .end: [.close]
        case .reset: [.reset]
        case .stall: [.hang]
        case .garbage: [.raw(Array("HTTP/9 what?\r\n\r\n".utf8)), .close]
        }
    }

    private func faulty(_ fault: Fault) -> [Script.Step] {
        switch fault {
        case .error: body(#"{"error":"HAILO_TIMEOUT"}"# + "\r\n") + [.end]
        case .close: [.close]
        case .reset: [.reset]
        case .stall: [.hang]
        case .garbage: body("<html>what?</html>\r\n") + [.end]
        case .end: [.end]
        }
    }

    private func body(_ text: String) -> [Script.Step] {
        let bytes = Array(text.utf8)
        return isTrickling ? bytes.map { .body([$0]) } : [.body(bytes)]
    }

    private func line(_ model: String, content: String, isDone: Bool) -> String {
        let ending =
            isDone
            ? #""done_reason":"\#(reason)","done":true,"total_duration":1234567890,"eval_count":\#(pieces.count)"#
            : #""done":false"#
        return #"{"model":"\#(model)","created_at":"2026-11-23T14:15:02Z","message":{"role":"assistant","content":""#
            + escaped(content) + #""},"# + ending + "}\r\n"
    }

    private func escaped(_ text: String) -> String {
        switch release {
        case .new: return text.replacing("\"", with: "\\\"")
        case .old:
            let quoted = String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
            return String(quoted.dropFirst().dropLast())
        }
    }
}
