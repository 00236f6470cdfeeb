internal import Kernels

/// Whisper's tokens: ids to text, and the ids with a meaning of their own.
///
/// The pieces are GPT-2's byte-level ones: each character stands for one byte. Source: OpenAI `whisper/tokenizer.py`.
struct WhisperVocabulary: Sendable {
    typealias Token = Int32

    /// Number of tokens; all ids are below.
    let count: Int
    let endOfText: Token
    let startOfTranscript: Token
    let noSpeech: Token
    let noTimestamps: Token
    /// `<|0.00|>`; each following id is 20 ms later.
    let firstTimestamp: Token
    /// What a text begins with that goes on from an earlier one.
    let startOfPrevious: Token
    /// Write what is said in its own language, or in English.
    private let transcribe: Token
    private let translate: Token
    /// The languages that the model hears, in the order of their tokens; none for an English-only model.
    let languages: [(code: String, token: Token)]

    /// All text pieces' bytes, end to end; `pieceEnds[id]` is where piece `id` ends. Special tokens have none.
    private let pieceBytes: [UInt8]
    private let pieceEnds: [UInt32]

    /// Most bytes that a vocabulary file may have.
    private static let fileLimit = 16 << 20

    init(path: String) throws(WhisperError) {
        let file = try RegularFile(path: path)
        guard file.byteCount <= Self.fileLimit else { throw WhisperError(.foreign, path, "it is too large") }
        try self.init(lines: try file.bytes(at: 0, count: file.byteCount), path: path)
    }

    /// - Parameter lines: one piece a line, in the order of the ids.
    init(lines: [UInt8], path: String) throws(WhisperError) {
        var bytes: [UInt8] = []
        var ends: [UInt32] = []
        var named: [String: Token] = [:]
        bytes.reserveCapacity(lines.count)
        for line in lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if line.starts(with: "<|".utf8), line.suffix(2).elementsEqual("|>".utf8), line.count > 4 {
                named[String(decoding: line, as: UTF8.self)] = Token(ends.count)
            } else {
                Self.appendBytes(of: line, to: &bytes)
            }
            ends.append(UInt32(bytes.count))
        }
        if lines.last == UInt8(ascii: "\n") { ends.removeLast() }
        func special(_ names: String...) throws(WhisperError) -> Token {
            for name in names { if let token = named[name] { return token } }
            throw WhisperError(.foreign, path, "the token \(names[0]) is missing")
        }
        count = ends.count
        (pieceBytes, pieceEnds) = (bytes, ends)
        endOfText = try special("<|endoftext|>")
        startOfTranscript = try special("<|startoftranscript|>")
        noSpeech = try special("<|nospeech|>", "<|nocaptions|>")
        noTimestamps = try special("<|notimestamps|>")
        firstTimestamp = try special("<|0.00|>")
        startOfPrevious = try special("<|startofprev|>")
        (transcribe, translate) = (try special("<|transcribe|>"), try special("<|translate|>"))
        let (start, end) = (startOfTranscript, min(transcribe, translate))
        var languages: [(code: String, token: Token)] = []
        for (name, token) in named where start < token && token < end {
            languages.append((String(name.dropFirst(2).dropLast(2)), token))
        }
        // English-only models have one token less than multilingual ones, and know no languages in the prompt.
        self.languages = count > Self.englishCount ? languages.sorted { $0.token < $1.token } : []
        let marks = [startOfTranscript, noTimestamps, noSpeech, startOfPrevious, transcribe, translate]
        guard endOfText < startOfTranscript, marks.allSatisfy({ $0 < firstTimestamp }) else {
            throw WhisperError(.foreign, path, "its special tokens are not in Whisper's order")
        }
    }

    /// Tokens of an English-only model.
    private static let englishCount = 51_864

    /// Whether the model hears more than English.
    var isMultilingual: Bool { !languages.isEmpty }

    /// The token of a language by its code, `nil` where the model does not know it.
    func token(ofLanguage code: String) -> Token? { languages.first { $0.code == code }?.token }

    /// What a text begins with: one token for an English-only model, three for a multilingual one.
    /// - Parameter language: a token of ``languages``; not looked at by an English-only model.
    func prompt(language: Token?, translates: Bool) -> [Token] {
        guard isMultilingual, let language else { return [startOfTranscript] }
        return [startOfTranscript, language, translates ? translate : transcribe]
    }

    func isTimestamp(_ token: Token) -> Bool { token >= firstTimestamp }

    /// Whether the token is text: not the end, not a timestamp, nothing else special.
    func isText(_ token: Token) -> Bool { token < endOfText }

    /// Seconds from the start of the window.
    func seconds(_ timestamp: Token) -> Double { Double(timestamp - firstTimestamp) * 0.02 }

    /// The text of the text tokens among `tokens`; bytes that are no UTF-8 become U+FFFD.
    func text(_ tokens: some Sequence<Token>) -> String {
        var bytes: [UInt8] = []
        for token in tokens where token >= 0 && isText(token) {
            let index = Int(token)
            let start = index == 0 ? 0 : Int(pieceEnds[index - 1])
            bytes.append(contentsOf: pieceBytes[start..<Int(pieceEnds[index])])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// GPT-2's alphabet from U+0080 to U+0143: printable Latin-1 characters stand for themselves, those from U+0100 on
    /// for the bytes that are left, in order.
    private static let byteOfCharacter: [UInt8] = {
        var table = Array(repeating: UInt8(0), count: 0x144 - 0x80)
        var next = 0x100
        for byte in 0...0xFF {
            switch byte {
            case 0x21...0x7E: break
            case 0xA1...0xAC, 0xAE...0xFF: table[byte - 0x80] = UInt8(byte)
            default:
                table[next - 0x80] = UInt8(byte)
                next += 1
            }
        }
        return table
    }()

    /// Appends the bytes that a piece stands for. What is outside the alphabet is dropped.
    private static func appendBytes(of piece: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        var rest = piece
        while let first = rest.popFirst() {
            if first < 0x80 {
                bytes.append(first)
            } else if 0xC2...0xC5 ~= first, let second = rest.popFirst() {
                let scalar = Int(first & 0x1F) << 6 | Int(second & 0x3F)
                if scalar < 0x144 { bytes.append(byteOfCharacter[scalar - 0x80]) }
            }
        }
    }
}
