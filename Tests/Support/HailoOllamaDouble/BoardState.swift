import Foundation
import NebiusDouble
import Synchronization

/// What the stand-in makes of requests.
final class BoardState: Sendable {
    private let models: [String]
    private let greeting: String
    private let behaviour: @Sendable (String) -> BoardBehaviour
    private let queue = BoardQueue()
    private let state = Mutex(HailoOllamaDouble.Seen())

    init(models: [String], greeting: String, behaviour: @escaping @Sendable (String) -> BoardBehaviour) {
        self.models = models
        self.greeting = greeting
        self.behaviour = behaviour
    }

    var seen: HailoOllamaDouble.Seen { state.withLock(\.self) }

    func respond(_ request: SeenRequest) -> Script {
        switch (request.method, request.path) {
        case ("GET", "/"): .answer(200, greeting, type: "text/plain")
        case ("GET", "/api/version"): .answer(200, #"{"version":"0.5.1"}"#)
        case ("GET", "/api/tags"):
            .answer(200, #"{"models":["# + models.map { #"{"name":"\#($0)"}"# }.joined(separator: ",") + "]}")
        case ("POST", "/api/generate"): keep(request)
        case ("POST", "/api/chat"): chat(request)
        default: .answer(404, "404 page not found", type: "text/plain")
        }
    }

    private func keep(_ request: SeenRequest) -> Script {
        guard let body = object(request), let model = body["model"] as? String, let keep = body["keep_alive"] as? Int,
            Set(body.keys) == ["model", "keep_alive"]
        else { return refuse("the body of /api/generate", behaviour("")) }
        guard models.contains(model) else { return behaviour("").error("model not found", status: 404) }
        state.withLock { _ = keep == 0 ? $0.loaded.remove(model) : $0.loaded.insert(model).memberAfterInsert }
        return .answer(200, #"{"model":"\#(model)","response":"","done":true}"#)
    }

    private func chat(_ request: SeenRequest) -> Script {
        guard let body = object(request), let messages = messages(body["messages"]), let last = messages.last else {
            return refuse("the body of /api/chat", behaviour(""))
        }
        let behaviour = behaviour(last.content)
        if let complaint = complaint(body, messages, behaviour.release) { return refuse(complaint, behaviour) }
        guard let model = body["model"] as? String, models.contains(model) else {
            return behaviour.error("model not found", status: 404)
        }
        let answer = behaviour.pieces.joined()
        return Script(
            [
                .wait { [queue] in await queue.enter() },
                .wait { [self] in state.withLock { $0.note(messages, answer: answer) } },
            ] + behaviour.steps(model: model),
            finally: { [queue] in await queue.leave() })
    }

    private func refuse(_ complaint: String, _ behaviour: BoardBehaviour) -> Script {
        state.withLock { $0.complaints.append(complaint) }
        return behaviour.error("invalid request")
    }

    private func object(_ request: SeenRequest) -> [String: Any]? {
        guard request.headers["content-type"] == "application/json" else { return nil }
        return try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
    }

    private func messages(_ value: Any?) -> [BoardMessage]? {
        (value as? [[String: String]]).map { turns in
            turns.compactMap { turn in
                turn["role"].flatMap { role in turn["content"].map { BoardMessage(role: role, content: $0) } }
            }
        }
    }

    private func complaint(
        _ body: [String: Any], _ messages: [BoardMessage], _ release: BoardBehaviour.Release
    ) -> String? {
        let known: Set = ["model", "messages", "stream", "keep_alive", "options"]
        if let field = body.keys.first(where: { !known.contains($0) }) { return "unknown field \(field)" }
        let knownOptions: Set = ["temperature", "top_p", "top_k", "seed", "frequency_penalty", "num_predict"]
        let options = body["options"] as? [String: Any] ?? [:]
        if let option = options.keys.first(where: { !knownOptions.contains($0) }) { return "unknown option \(option)" }
        guard body["keep_alive"] is Int else { return "keep_alive is no integer" }
        let scalars = messages.lazy.flatMap(\.content.unicodeScalars)
        if release == .new, scalars.contains(where: { $0.value < 0x20 || $0 == "\\" }) { return "its own JSON broke" }
        return nil
    }
}
