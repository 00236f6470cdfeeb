internal import AssistantCore
internal import GGUF
internal import Grammar
internal import Kernels
internal import Tokenizers
internal import Transformer
internal import Whisper

// The engine knows nothing of the assistant; its errors have the same shape.
extension GGUFError: CodedError {}
extension GrammarError: CodedError {}
extension KernelError: CodedError {}
extension ModelFileError: CodedError {}
extension TokenizerError: CodedError {}
extension TransformerError: CodedError {}
extension WAVError: CodedError {}
