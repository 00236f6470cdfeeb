import AssistantCore
import Foundation
import LocalInference
import Routing
import Turns

/// Everything that a turn needs, put together: the model, the cloud desk, the stores.
struct Workbench: Sendable {
    let model: (any LanguageModel)?
    let runner: TurnRunner

    /// Loads the model and opens what is configured.
    static func load(_ options: GlobalOptions) async throws -> Workbench {
        let configuration = try await BrimConfiguration.load(options.places, isNamed: options.config != nil)
        let model = try await LocalLanguageModel(options.loadModel())
        let policy = try RoutingPolicy(configuration.rules)
        let desk = CloudDesk(
            CloudDesk.Settings(endpoint: configuration.cloud.url, policy: policy, lock: configuration.lock), ports: nil,
            clock: { Timestamp.now })
        return Workbench(model: model, runner: TurnRunner(model: model, desk: desk, now: { Timestamp.now }))
    }
}

extension Timestamp {
    /// The time of day.
    static var now: Timestamp { Timestamp(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000)) }
}
