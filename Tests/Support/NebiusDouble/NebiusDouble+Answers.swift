import Synchronization

extension NebiusDouble {
    /// The answer to any request: the list of models, a token, and for a chat the behaviour that its text asks for
    /// (see ``Behaviour/init(askedFor:)``), else a polite one.
    package static let asAsked: Responder = { request, _ in
        answer(request, Behaviour(askedFor: request.text) ?? .polite)
    }

    /// Every chat gets this behaviour.
    package static func always(_ behaviour: Behaviour) -> Responder {
        { request, _ in answer(request, behaviour) }
    }

    /// Chats get these behaviours one after the other, the last one from then on.
    package static func inTurn(_ behaviours: [Behaviour]) -> Responder {
        let turns = Turns(behaviours)
        return { request, _ in answer(request, request.path.hasSuffix("/chat/completions") ? turns.next() : .polite) }
    }

    private static func answer(_ request: SeenRequest, _ behaviour: Behaviour) -> Script {
        switch request.path {
        case let path where path.hasSuffix("/models"): .answer(200, modelList)
        case let path where path.hasSuffix("/token"):
            .answer(200, #"{"access_token":"short-lived-0001","token_type":"Bearer","expires_in":900}"#)
        case let path where path.hasSuffix("/chat/completions"): behaviour.script
        default: .answer(404, #"{"detail":"Not Found"}"#)
        }
    }

    /// A verbose list: prices per token as strings and as numbers, and a model without any.
    package static let modelList = """
        {"object":"list","data":[
        {"id":"double/echo","object":"model","context_length":131072,
         "pricing":{"prompt":"0.00000006","completion":"0.00000024"},"supported_features":["reasoning"]},
        {"id":"double/large","object":"model","context_length":262144,
         "pricing":{"prompt":3e-7,"completion":0.0000009,"request":"0"}},
        {"id":"double/unpriced","object":"model"}]}
        """
}

/// Hands out behaviours one after the other.
private final class Turns: Sendable {
    private let rest: Mutex<[Behaviour]>

    init(_ behaviours: [Behaviour]) {
        rest = Mutex(behaviours)
    }

    func next() -> Behaviour {
        rest.withLock { rest in
            rest.count > 1 ? rest.removeFirst() : rest.first ?? .polite
        }
    }
}
