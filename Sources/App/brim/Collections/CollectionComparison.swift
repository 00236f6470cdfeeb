import AssistantCore
import LocalInference
import Logging
import ModelCatalogue

/// Compares a question with passages by what they mean. Its model is read when it is first needed: most questions are
/// answered without.
actor CollectionComparison: PassageComparison {
    /// The catalogue's name of the model.
    static let model = "minilm-l6"

    private let library: ModelLibrary
    private let threads: Int
    private var encoder: Task<LocalSentenceEncoder?, Never>?

    /// `nil` where the model was not fetched.
    init?(_ options: GlobalOptions) {
        guard let library = try? options.library(), let entry = try? library.entry(named: Self.model),
            case .present = library.state(of: entry)
        else { return nil }
        (self.library, threads) = (library, options.threadCount)
    }

    func likeness(of question: String, to passages: [Passage]) async -> [Double]? {
        await loaded()?.likeness(of: question, to: passages)
    }

    /// `nil` where the model cannot be used: the words alone have to do then, and the log says why.
    private func loaded() async -> LocalSentenceEncoder? {
        let loading =
            encoder
            ?? Task { [library, threads] in
                do {
                    let path = try library.path(of: Self.model, kind: .embedding)
                    return try await LocalSentenceEncoder.load(path: path, threads: threads)
                } catch {
                    Logger(label: "brim.know").warning("no comparison", metadata: ["problem": "\(error)"])
                    return nil
                }
            }
        encoder = loading
        return await loading.value
    }
}
