import ArgumentParser
import Foundation
import LocalInference
import ModelCatalogue
import Store

/// Options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A model's name in `brim models`, the path of a GGUF file, or auto: the best for this device of those that are here.",
            valueName: "path|name|auto"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "A smaller model of the same vocabulary that guesses ahead for it: faster where the two often agree, never another text. auto takes one that `brim bench --speculation --draft NAME` has found to pay here, none takes none.",
            valueName: "path|name|auto|none"))
    var draft: String?

    @Option(
        help: ArgumentHelp(
            "How a context is kept: f16, or q8_0 in half the memory, hardly less exact.", valueName: "f16|q8_0"),
        transform: { word in
            guard let keyValues = LocalModel.KeyValues(rawValue: word) else {
                throw ValidationError("--kv takes f16 or q8_0, not \(word)")
            }
            return keyValues
        })
    var kv: LocalModel.KeyValues?

    @Option(help: "Cores to compute with, 1 to 4; by default as many as there are, four at most.")
    var threads: Int?

    @Option(help: ArgumentHelp("Where conversations and models are kept.", valueName: "directory"))
    var dataDir: String?

    @Option(help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config: String?

    func validate() throws {
        if let threads, !(1...4).contains(threads) {
            throw ValidationError("--threads takes 1 to 4, not \(threads)")
        }
    }

    /// Cores to compute with.
    var threadCount: Int { threads ?? min(4, max(1, ProcessInfo.processInfo.activeProcessorCount)) }

    var directories: BrimDirectories { BrimDirectories(dataDirectory: dataDir, configuration: config) }

    /// The models of this device.
    func library() throws -> ModelLibrary {
        guard let shipped = BrimDirectories.shipped else {
            throw CommandFailure(
                "models/catalogue.json was not found above the program; keep brim in its folder, or beside share/brim")
        }
        return try ModelLibrary(
            catalogue: shipped + "/models/catalogue.json",
            directories: dataDir == nil
                ? [shipped + "/models", directories.data + "/models"]
                : [directories.data + "/models", shipped + "/models"])
    }

    /// Lets a command work on what is kept on this device. Where the file cannot be used, or fails meanwhile, that is an
    /// error: what is said of a copy in memory is said of nothing. What is wrong otherwise is a line on the standard error.
    func withStore<Value>(_ work: (DatabaseStore) async throws -> Value) async throws -> Value {
        let store = try DatabaseStore(directory: directories.data, at: .now)
        try store.requireDurable()
        for warning in store.warnings { warning.writeToError() }
        let value = try await work(store)
        try store.requireDurable()
        return value
    }

    /// Where the language model of that name or path lies.
    func path(ofModel model: String) throws -> String {
        // A path needs no catalogue: the program may stand alone beside a model.
        model.contains("/") ? model : try library().path(of: model, kind: .language)
    }

    /// The name or path of the language model that answers: what the command line says, the environment or a file, what
    /// `brim models use` chose, what the operator of a fleet has published, or the best that is here.
    func modelName() async throws -> String {
        try await named("model", model) ?? ModelSelection.chosen(directories)
            ?? InstalledUpdates.model(directories) ?? ModelSelection.auto(self)
    }

    /// Whether nobody named a model, so that the best one is meant.
    func picksModel() async throws -> Bool {
        try await named("model", model) == nil && ModelSelection.chosen(directories) == nil
            && InstalledUpdates.model(directories) == nil
    }

    /// What was named for that setting; `nil` where nothing was, or `auto`.
    private func named(_ key: String, _ flag: String?) async throws -> String? {
        if let flag { return flag == "auto" ? nil : flag }
        let set = try await BrimConfiguration.values(directories, isNamed: config != nil).string(key)
        return set == "auto" ? nil : set
    }

    /// Loads the language model that answers, or the one of that name or path.
    func loadModel(
        named name: String? = nil, activations: LocalModel.Activations = .quantised
    ) async throws -> LocalModel {
        let name = if let name { name } else { try await modelName() }
        return try await LocalModel.load(
            path: path(ofModel: name), options: loading(activations: activations))
    }

    /// How models are loaded.
    func loading(activations: LocalModel.Activations = .quantised) async throws -> LocalModel.Options {
        let set: LocalModel.KeyValues? = try await BrimConfiguration.values(directories, isNamed: config != nil)
            .choice("kv")
        return LocalModel.Options(threads: threads, activations: activations, keyValues: kv ?? set ?? .f16)
    }

    /// Loads the model that guesses ahead for the one that answers; `nil` where there is none.
    func loadDraft() async throws -> LocalModel? {
        try await loadDraft(for: modelName())
    }

    /// The name or path of the draft that was asked for; `nil` where it is left to `auto`, or none is wanted.
    func draftName() async throws -> String? {
        let wanted = try await named("draft", draft)
        return wanted == "none" ? nil : wanted
    }

    /// The model that guesses ahead for `model`, loaded; `nil` where there is none.
    func loadDraft(for model: String) async throws -> LocalModel? {
        let wanted = try await named("draft", draft)
        guard wanted != "none" else { return nil }
        guard let name = try wanted ?? ModelSelection.draft(for: model, self) else { return nil }
        return try await LocalModel.load(path: path(ofModel: name), options: loading())
    }
}
