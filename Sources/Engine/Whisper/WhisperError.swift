public import Kernels

/// CTranslate2's binary format of Whisper models.
public enum WhisperFormat: ModelFileFormat {
    /// What a file of another format is not.
    public static let name = "a Whisper model in CTranslate2 format"
    /// What cannot be done with a model that is not supported.
    public static let use = "run"
}

/// Why a Whisper model could not be loaded or used.
public typealias WhisperError = ModelFileError<WhisperFormat>
