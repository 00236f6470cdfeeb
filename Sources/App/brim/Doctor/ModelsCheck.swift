import AssistantCore
import ModelCatalogue

/// The models of the catalogue: here, and what they should be.
struct ModelsCheck {
    let options: GlobalOptions
    /// Name or path of the one that answers.
    let inUse: String

    var findings: [Finding] {
        do {
            let library = try options.library()
            return library.entries.map { finding($0, in: library) }
        } catch {
            return [Finding("catalogue", .failure, "\(error)", nextStep: "install Brim anew")]
        }
    }

    private func finding(_ entry: ModelEntry, in library: ModelLibrary) -> Finding {
        let fetch = "brim models fetch \(entry.name)"
        switch library.state(of: entry) {
        case .missing:
            // The one that answers has to be there; the others are there for who wants them.
            return Finding(
                entry.name, entry.name == inUse ? .failure : .ok, "Not on this device.",
                nextStep: entry.name == inUse ? fetch : nil)
        case .wrongSize(let path, let bytes, let expected):
            return Finding(
                entry.name, .failure, "\(path) has \(bytes) bytes instead of \(expected).",
                nextStep: "delete it, and: \(fetch)")
        case .present(let directory):
            do {
                try library.verify(entry, in: directory) {
                    Terminal.progress("Verifying \(entry.name): \(Int($0 * 100)) %")
                }
                Terminal.endProgress()
                return Finding(entry.name, .ok, "Here, and its SHA-256 is right.")
            } catch {
                Terminal.endProgress()
                return Finding(entry.name, .failure, "\(error)", nextStep: fetch)
            }
        }
    }
}
