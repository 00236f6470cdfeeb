import TestSupport

extension [UInt8] {
    /// With a few bytes changed, dropped, repeated or put in.
    func mutated(using random: inout SeededGenerator) -> [UInt8] {
        var bytes = self
        for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(Self.awkward.randomElement(using: &random) ?? 0, at: place)
            case 3: bytes.replaceSubrange(place..<Swift.min(place + 9, bytes.count), with: [])
            default: bytes += bytes[place..<Swift.min(place + 40, bytes.count)]
            }
        }
        return bytes
    }

    private static let awkward: [UInt8] = Array("\r\n:{}[]\",\\ \u{FEFF}0-9eE".utf8) + [0, 0x80, 0xC3, 0xFF]
}
