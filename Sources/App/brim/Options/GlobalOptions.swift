import ArgumentParser
import Foundation
import LocalInference
import ModelCatalogue
import Store

/// Options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A model's name in `brim models`, or the path of a GGUF file.", valueName: "path|name"))
    var model = "smollm2-135m"

    @Option(
        help: ArgumentHelp(
            "A smaller model of the same vocabulary that guesses ahead for it: faster where the two often agree, never another text.",
            valueName: "path|name"))
    var draft: String?

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

    var places: Places { Places(dataDirectory: dataDir, configuration: config) }

    /// The models of this device.
    func library() throws -> ModelLibrary {
        guard let shipped = Places.shipped else {
            throw CommandFailure(
                "models/catalogue.json was not found above the program; keep brim in its folder, or beside share/brim")
        }
        return try ModelLibrary(
            catalogue: shipped + "/models/catalogue.json",
            directories: dataDir == nil
                ? [shipped + "/models", places.data + "/models"] : [places.data + "/models", shipped + "/models"])
    }

    /// What is kept on this device, for commands that would otherwise look at nothing.
    func store() throws -> DatabaseStore {
        let store = try DatabaseStore(directory: places.data, at: .now)
        try store.requireDurable()
        return store
    }

    /// Where the language model of that name or path lies.
    func path(ofModel model: String) throws -> String {
        // A path needs no catalogue: the program may stand alone beside a model.
        model.contains("/") ? model : try library().path(of: model, kind: .language)
    }

    /// The language model, loaded.
    func loadModel(activations: LocalModel.Activations = .quantised) async throws -> LocalModel {
        try await LocalModel.load(
            path: path(ofModel: model), options: LocalModel.Options(threads: threads, activations: activations))
    }

    /// The model that guesses ahead, loaded; `nil` where none was named.
    func loadDraft() async throws -> LocalModel? {
        guard let draft else { return nil }
        return try await LocalModel.load(path: path(ofModel: draft), options: LocalModel.Options(threads: threads))
    }
}
