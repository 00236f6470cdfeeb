/// SentencePiece's normalisation: which byte strings a text is rewritten by, the longest match first.
///
/// Source: `precompiled_charsmap` of SentencePiece: a compact double array in 32-bit units, then the replacements as
/// strings that end in 0. Whatever the array says stays inside its bounds.
struct NormalisationMap: Sendable {
    private let units: [UInt32]
    private let replacements: [UInt8]

    /// - Throws: where the lengths do not fit the bytes.
    init(_ bytes: [UInt8]) throws(TokenizerError) {
        func unit(_ offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
        }
        guard bytes.count >= 4, case let size = Int(unit(0)), size.isMultiple(of: 4), size <= bytes.count - 4 else {
            throw .malformed("its map of characters is cut short")
        }
        units = stride(from: 4, to: 4 + size, by: 4).map(unit)
        replacements = Array(bytes[(4 + size)...])
        guard replacements.isEmpty || replacements.last == 0 else {
            throw .malformed("its map of characters does not end")
        }
    }

    /// How many bytes at `start` are rewritten, and by what; `nil` where none are.
    func match(at start: Int, in text: [UInt8]) -> (length: Int, replacement: ArraySlice<UInt8>)? {
        var found: (length: Int, offset: Int)?
        guard var node = units.first.map(Self.base) else { return nil }
        for index in start..<text.count where text[index] != 0 {
            node ^= UInt32(text[index])
            guard let unit = unit(node), unit & 0x8000_00FF == UInt32(text[index]) else { break }
            node ^= Self.base(unit)
            if unit >> 8 & 1 == 1, let value = self.unit(node) {
                found = (index - start + 1, Int(value & 0x7FFF_FFFF))
            }
        }
        guard let found, found.offset < replacements.count else { return nil }
        return (found.length, replacements[found.offset...].prefix { $0 != 0 })
    }

    private func unit(_ index: UInt32) -> UInt32? {
        Int(index) < units.count ? units[Int(index)] : nil
    }

    private static func base(_ unit: UInt32) -> UInt32 { (unit >> 10) << ((unit & 0x200) >> 6) }
}
