internal import Foundation

/// The records of models that came from elsewhere than the catalogue: `pulled/NAME.json` in a models directory, each a
/// catalogue of one.
enum PulledModels {
    static let folder = "pulled"

    static func read(below directories: [String]) -> (entries: [ModelEntry], warnings: [String]) {
        var entries: [ModelEntry] = []
        var warnings: [String] = []
        for directory in directories {
            let folder = directory + "/" + Self.folder
            // Where there is no folder, nothing was pulled.
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
            for name in names where name.hasSuffix(".json") && !name.hasPrefix(".") {
                do throws(CatalogueError) {
                    let read = try ModelEntry.catalogue(at: folder + "/" + name)
                    entries += read.filter { new in !entries.contains { $0.name == new.name } }
                } catch {
                    warnings.append("\(error); delete that file and pull the model anew")
                }
            }
        }
        return (entries, warnings)
    }

    static func path(of entry: ModelEntry, in directory: String) -> String {
        "\(directory)/\(folder)/\(fileName(entry.name)).json"
    }

    static func fileName(_ name: String) -> String { name.replacing(":", with: "-") }

    static func write(_ entry: ModelEntry, in directory: String) throws(CatalogueError) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory + "/" + folder, withIntermediateDirectories: true)
        } catch {
            throw CatalogueError(
                .fileSystem, "\(directory)/\(folder) cannot be made: \(error.localizedDescription)", underlying: error)
        }
        try entry.write(to: path(of: entry, in: directory))
    }
}
