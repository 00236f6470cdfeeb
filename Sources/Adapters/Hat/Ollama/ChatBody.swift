internal import AssistantCore
internal import FoundationEssentials

/// The body of a question to hailo-ollama: these fields and no others, which it would refuse with a 500.
struct ChatBody: Encodable {
    struct Turn: Encodable {
        var role: String
        var content: String
    }

    struct Options: Encodable {
        var temperature: Double
        var top_p: Double
        var top_k: Int?
        var seed: UInt32?
        var frequency_penalty: Double
        var num_predict: Int
    }

    var model: String
    var messages: [Turn]
    var stream = true
    /// Never unloaded by itself. A number: `"5m"` fails.
    var keep_alive = -1
    var options: Options

    init(model: String, messages: [Message], sampling: Sampling, maxTokens: Int) {
        self.model = model
        self.messages = messages.map { Turn(role: $0.role.rawValue, content: Self.plain($0.text)) }
        // Greedy is the most probable token alone; a temperature of 0 is not accepted by every release.
        let isGreedy = sampling.temperature == 0
        options = Options(
            temperature: isGreedy ? 1 : sampling.temperature, top_p: sampling.topP,
            top_k: isGreedy ? 1 : (sampling.topK > 0 ? sampling.topK : nil),
            seed: sampling.seed.map { UInt32(truncatingIfNeeded: $0) & 0x7FFF_FFFF },
            frequency_penalty: sampling.repetitionPenalty, num_predict: maxTokens)
    }

    func encoded() throws(HatError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(self))
        } catch {
            throw HatError(.invalidRequest, "a setting of the request is no number; check the temperature and top-p")
        }
    }

    /// Releases from 5.3 on build their own JSON of it and escape quotes alone: control characters become spaces, and
    /// backslashes are left out. The same text always gives the same, so that the board finds its KV cache again.
    static func plain(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where scalar != "\\" {
            plain.append(scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? " " : scalar)
        }
        return String(plain)
    }
}
