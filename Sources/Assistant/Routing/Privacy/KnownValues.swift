/// What was found personal once, to be found again where it stands without its context: `Anna Schmidt` without “my name
/// is”.
struct KnownValues: Sendable {
    private struct Value {
        var bytes: [UInt8]
        var kind: PIIKind
    }

    /// By the first eight bytes of the first word.
    private var byFirstWord: [UInt64: [Value]] = [:]

    /// So many values that begin alike are remembered; a hostile text cannot make the search slow.
    private static let maxAlike = 16

    mutating func insert(_ bytes: [UInt8], _ kind: PIIKind) {
        guard kind != .literal, kind != .privateKey, bytes.count >= 3, Self.isWord(bytes[0]) else { return }
        let key = Self.key(bytes, 0)
        if byFirstWord[key, default: []].count < Self.maxAlike {
            byFirstWord[key, default: []].append(Value(bytes: bytes, kind: kind))
        }
    }

    /// `findings`, and what else of `text` is known, in order and without overlap.
    func complete(_ findings: [PIIFinding], in text: [UInt8]) -> [PIIFinding] {
        guard !byFirstWord.isEmpty else { return findings }
        var all: [PIIFinding] = []
        var next = 0
        var index = 0
        while index < text.count {
            if next < findings.count, index >= findings[next].range.lowerBound {
                all.append(findings[next])
                index = max(index, findings[next].range.upperBound)
                next += 1
                continue
            }
            let limit = next < findings.count ? findings[next].range.lowerBound : text.count
            if Self.isWord(text[index]), index == 0 || !Self.isWord(text[index - 1]),
                let value = match(in: text, at: index, before: limit)
            {
                all.append(PIIFinding(value.kind, index..<index + value.bytes.count))
                index += value.bytes.count
            } else {
                index += 1
            }
        }
        return all
    }

    /// The longest known value that stands as whole words at `start`.
    private func match(in text: [UInt8], at start: Int, before limit: Int) -> Value? {
        let candidates = byFirstWord[Self.key(text, start)] ?? []
        return candidates.filter { value in
            let end = start + value.bytes.count
            guard end <= limit, end == text.count || !Self.isWord(text[end]) else { return false }
            return text[start..<end].elementsEqual(value.bytes)
        }
        .max { $0.bytes.count < $1.bytes.count }
    }

    private static func isWord(_ byte: UInt8) -> Bool { byte.isAlnum || byte >= 0x80 }

    private static func key(_ bytes: [UInt8], _ start: Int) -> UInt64 {
        var key: UInt64 = 0
        var index = start
        while index < bytes.count, index - start < 8, isWord(bytes[index]) {
            key = key << 8 | UInt64(bytes[index])
            index += 1
        }
        return key
    }
}
