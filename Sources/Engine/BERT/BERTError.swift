public import Kernels

/// The format of sentence encoders.
public enum SentenceEncoderFormat: ModelFileFormat {
    /// What a file of another format is not.
    public static let name = "a sentence encoder"
    /// What cannot be done with an encoder that is not supported.
    public static let use = "compared with"
}

/// Why a sentence encoder could not be loaded.
public typealias BERTError = ModelFileError<SentenceEncoderFormat>

typealias InputFile = Kernels.InputFile<SentenceEncoderFormat>
