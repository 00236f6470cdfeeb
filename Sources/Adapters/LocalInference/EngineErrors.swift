package import AssistantCore
package import GGUF
package import Grammar
package import Kernels
package import Tokenizers
package import Transformer
package import VITS
package import Whisper

// The engine knows nothing of the assistant; its errors have the same shape.
extension GGUFError: CodedError {}
extension GrammarError: CodedError {}
extension KernelError: CodedError {}
extension TokenizerError: CodedError {}
extension TransformerError: CodedError {}
extension VITSError: CodedError {}
extension WAVError: CodedError {}
extension WhisperError: CodedError {}
