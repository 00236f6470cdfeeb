internal import Kernels

/// The weights that a Whisper model of certain sizes consists of. What a file holds beyond them would not be computed with,
/// and the text would be another than the model's.
enum VariableInventory {
    /// What the names of weights end in; all others are settings.
    private static let kinds: Set<Substring> = ["weight", "bias", "gamma", "beta", "encodings"]

    /// - Throws: `unsupported` with the name of a weight that nothing asks for.
    static func check(_ model: borrowing CTranslate2File, _ sizes: WhisperDimensions) throws(WhisperError) {
        let known = names(sizes)
        let embeddings = model.variables["decoder/embeddings/weight"]?.offset
        let extra = model.variables.filter { name, variable in
            guard let kind = name.split(separator: "/").last, kinds.contains(kind), !known.contains(name) else {
                return false
            }
            // The head is the embeddings themselves, under another name.
            return name != "decoder/projection/weight" || variable.offset != embeddings
        }
        guard let first = extra.keys.min() else { return }
        let others = extra.count == 1 ? "" : " and \(extra.count - 1) others"
        throw WhisperError(
            .unsupported, model.file.path,
            "it has the weights \(first)\(others), which no Whisper model of its sizes has")
    }

    private static func names(_ sizes: WhisperDimensions) -> Set<String> {
        func linear(_ name: String) -> [String] { ["\(name)/weight", "\(name)/bias"] }
        func norm(_ name: String) -> [String] { ["\(name)/gamma", "\(name)/beta"] }
        func attention(_ name: String, _ products: Int) -> [String] {
            norm("\(name)/layer_norm") + (0..<products).flatMap { linear("\(name)/linear_\($0)") }
        }
        var names = ["encoder/conv1", "encoder/conv2"].flatMap(linear)
        names += ["encoder/layer_norm", "decoder/layer_norm"].flatMap(norm)
        names += ["encoder", "decoder"].map { "\($0)/position_encodings/encodings" } + ["decoder/embeddings/weight"]
        for (part, count) in [("encoder", sizes.encoderLayers), ("decoder", sizes.decoderLayers)] {
            for layer in (0..<count).map({ "\(part)/layer_\($0)" }) {
                names += attention("\(layer)/self_attention", 2) + attention("\(layer)/ffn", 2)
                if part == "decoder" { names += attention("\(layer)/attention", 3) }
            }
        }
        return Set(names)
    }
}
