public import Kernels

/// The format of Piper's voices.
public enum PiperVoiceFormat: ModelFileFormat {
    /// What a file of another format is not.
    public static let name = "a Piper voice"
    /// What cannot be done with a voice that is not supported.
    public static let use = "spoken with"
}

/// Why a voice could not be loaded or used.
public typealias VITSError = ModelFileError<PiperVoiceFormat>

typealias InputFile = Kernels.InputFile<PiperVoiceFormat>
