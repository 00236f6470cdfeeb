import ArgumentParser

/// What the command line says about where answers come from; it goes over the environment and the configuration.
struct CloudOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where chat/completions is, up to /v1.", valueName: "url")) var cloudURL: String?
    @Option(help: "The model to escalate to.") var cloudModel: String?
    @Flag(help: "Allow the cloud to be asked. Recorded, and remembered for this address.") var allowCloud = false
    @Flag(help: "Send nothing to the cloud, whatever happens.") var localOnly = false
    @Option(help: "Keep a local answer from this confidence on, 0 to 1.") var threshold: Double?
    @OptionGroup var backend: BackendOptions
    @Flag(inversion: .prefixedNo, help: "Use earlier answers to the same question.") var cache = true
    @Flag(inversion: .prefixedNo, help: "Answer from the collections of brim know, where they can.") var know = true

    func validate() throws {
        if let threshold, !(0...1).contains(threshold) { throw ValidationError("--threshold takes 0 to 1") }
        if allowCloud, localOnly { throw ValidationError("--allow-cloud and --local-only exclude each other") }
    }

    /// What was said here, as a layer of settings.
    var layer: SettingLayer { SettingLayer(commandLine: settings) }

    private var settings: [String: SettingLayer.Value] {
        var settings = backend.settings
        if let cloudURL { settings["cloud.url"] = .text(cloudURL) }
        if let cloudModel {
            settings["cloud.model"] = .text(cloudModel)
            settings["cloud.fallback_models"] = .list([])
        }
        if allowCloud { settings["cloud.allow"] = .text("true") }
        if localOnly { settings["local_only"] = .text("true") }
        if let threshold { settings["threshold"] = .text("\(threshold)") }
        if !cache { settings["cache.enabled"] = .text("false") }
        if !know { settings["know.enabled"] = .text("false") }
        return settings
    }
}
