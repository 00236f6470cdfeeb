import ArgumentParser
import Foundation
import ModelCatalogue

extension ModelsCommand {
    /// `brim models use`: which model answers from now on.
    struct Use: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Choose the model that answers from now on.",
            discussion: """
                auto takes the choice back: the best for this device of those that are here. --model, BRIM_MODEL and model \
                in the configuration go before it.
                """)

        @OptionGroup var options: GlobalOptions
        @Argument(help: "A name in brim models, or auto.") var name: String

        func run() throws {
            guard name != "auto" else {
                try ModelSelection.choose(nil, options.directories)
                return Terminal.writeError("The best model that is here answers: \(try ModelSelection.auto(options)).")
            }
            // What is not here, or no language model, is refused with the next step.
            _ = try options.library().path(of: name, kind: .language)
            try ModelSelection.choose(name, options.directories)
            Terminal.writeError("\(name) answers from now on.")
        }
    }

    /// `brim models remove`: deletes the files of a model.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete the files of a model.",
            discussion: "What lies in the cache that other programs share stays there: HF_HUB_CACHE says where.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "Names in brim models.") var names: [String]

        func run() throws {
            let library = try options.library()
            for name in names {
                let freed = try library.remove(library.entry(named: name))
                if ModelSelection.chosen(options.directories) == name {
                    try ModelSelection.choose(nil, options.directories)
                }
                let rest = freed == 0 ? "; its bytes stay in the shared cache" : ", \(freed / 1_000_000) MB are free"
                Terminal.writeError("\(name) is deleted\(rest).")
            }
        }
    }
}
