package import AssistantCore
package import GGUF
package import Grammar
package import Kernels
package import Tokenizers
package import Transformer
package import Whisper

// The engine knows nothing of the assistant; its errors have the same shape.
extension GGUFError: CodedError {}
extension GrammarError: CodedError {}
extension KernelError: CodedError {}
extension ModelFileError: CodedError {}
extension TokenizerError: CodedError {}
extension TransformerError: CodedError {}
extension WAVError: CodedError {}
