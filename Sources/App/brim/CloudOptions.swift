import ArgumentParser
import AssistantCore
import Foundation
import Routing

/// What the command line says about the cloud; it goes over the environment and the configuration.
struct CloudOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where chat/completions is, up to /v1.", valueName: "url")) var cloudURL: String?
    @Option(help: "The model to escalate to.") var cloudModel: String?
    @Flag(help: "Allow the cloud to be asked. Recorded, and remembered for this address.") var allowCloud = false
    @Flag(help: "Nothing leaves this device, whatever happens.") var localOnly = false
    @Option(help: "Keep a local answer from this confidence on, 0 to 1.") var threshold: Double?
    @Flag(inversion: .prefixedNo, help: "Use earlier answers to the same question.") var cache = true

    func validate() throws {
        if let threshold, !(0...1).contains(threshold) { throw ValidationError("--threshold takes 0 to 1") }
        if allowCloud, localOnly { throw ValidationError("--allow-cloud and --local-only exclude each other") }
    }

    /// The configuration with what was said here over it.
    func apply(to configuration: inout BrimConfiguration) {
        if let cloudURL { configuration.cloud.url = cloudURL }
        if let cloudModel {
            configuration.cloud.model = cloudModel
            configuration.cloud.fallbackModels = []
        }
        if allowCloud {
            configuration.cloud.isAllowed = true
            configuration.cloud.allowedBy = "--allow-cloud"
        }
        if localOnly { configuration.lock = .localOnly }
        if let threshold { configuration.rules.threshold = threshold }
        if !cache { configuration.cacheLifetime = nil }
    }
}
