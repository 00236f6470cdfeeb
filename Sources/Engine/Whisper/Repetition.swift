internal import CZlib

/// Signs that a decoder is caught in a loop. Pure.
enum Repetition {
    typealias Token = WhisperVocabulary.Token

    /// Where a loop at the end of `tokens` begins to repeat itself: the index after its first round, `nil` without a loop.
    ///
    /// A loop is one run of up to 24 tokens, said at least four times in a row and for at least twelve tokens: people
    /// do say "no, no, no", but not for that long. Timestamps between the rounds do not hide it.
    static func loopStart(in tokens: [Token], isTimestamp: (Token) -> Bool = { _ in false }) -> Int? {
        let places = tokens.indices.filter { !isTimestamp(tokens[$0]) }
        let count = places.count
        guard places.last == tokens.indices.last else { return nil }
        for period in 1...24 {
            let needed = max(4 * period, 12)
            guard count >= needed else { return nil }
            var length = period
            while length < count,
                tokens[places[count - 1 - length]] == tokens[places[count - 1 - length + period]]
            {
                length += 1
            }
            if length >= needed { return places[count - length + period] }
        }
        return nil
    }

    /// Whether `count` tokens in a row of the one stand in a row in the other.
    static func shareRun(_ tokens: [Token], _ others: ArraySlice<Token>, of count: Int) -> Bool {
        // Behind each place of the others, how many tokens before it are the same as the latest.
        var shared = [Int](repeating: 0, count: others.count + 1)
        for token in tokens {
            for (place, other) in others.enumerated().reversed() {
                shared[place + 1] = token == other ? shared[place] + 1 : 0
                if shared[place + 1] >= count { return true }
            }
        }
        return false
    }

    /// How many times shorter zlib makes the text, as OpenAI's `whisper/utils.py` has it. Above 2.4 it repeats itself.
    static func compressionRatio(of text: String) -> Double {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return 0 }
        var size = compressBound(uLong(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(size))
        let code = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe compress(output.baseAddress, &size, input.baseAddress, uLong(input.count))
            }
        }
        // The only failure is a lack of memory: then nothing is known against the text.
        return code == Z_OK ? Double(bytes.count) / Double(size) : 0
    }
}
