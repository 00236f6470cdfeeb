import ArgumentParser
import LocalInference

/// How numbers flow between the weights.
struct PrecisionOptions: ParsableArguments {
    @Option(
        help: "quantised is fast; f32 is the yardstick for accuracy, and slow.",
        transform: { word in
            guard let activations = LocalModel.Activations(rawValue: word) else {
                throw ValidationError("--activations takes quantised or f32, not \(word)")
            }
            return activations
        })
    var activations = LocalModel.Activations.quantised
}
