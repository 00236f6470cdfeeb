// The fuzzer is one module with what it needs.
#if canImport(TestSupport)
    import TestSupport
#endif

/// A stream of damaged GGUF files, the same for the same seed: every truncation of the header first, then files whose
/// claims were changed before they were written, and files whose bytes were changed after.
struct GGUFMutator {
    private var random: SeededGenerator
    private var truncation = 0
    private let sound: GGUFBuilder
    private let soundBytes: [UInt8]
    private let headerCount: Int

    init(seed: UInt64, sound: GGUFBuilder = .sample()) {
        random = SeededGenerator(seed: seed)
        self.sound = sound
        soundBytes = sound.build()
        headerCount = sound.header().count
    }

    /// Values that have broken parsers before.
    private static let suspects: [UInt64] = [
        0, 1, 2, 3, 7, 8, 9, 31, 33, 127, 128, 255, 256, 65_535, 65_536, 1 << 20, 1 << 31, (1 << 31) - 1, (1 << 32) - 1,
        1 << 32, 1 << 40, 1 << 60, 1 << 61, (1 << 63) - 1, 1 << 63, .max - 31, .max - 7, .max,
    ]

    /// The next damaged file.
    mutating func next() -> [UInt8] {
        if truncation <= headerCount {
            truncation += 1
            return Array(soundBytes.prefix(truncation - 1))
        }
        var bytes = random.chance(of: 3) ? changedClaims().build() : soundBytes
        for _ in 0..<random.below(4) { change(&bytes) }
        return bytes
    }

    private mutating func suspect() -> UInt64 {
        Self.suspects[random.below(Self.suspects.count)]
    }

    /// A file written whole, but with one or two claims that are not true.
    private mutating func changedClaims() -> GGUFBuilder {
        var builder = sound
        for _ in 0...random.below(2) {
            let tensor = random.below(builder.tensors.count)
            let key = random.below(builder.metadata.count)
            switch random.below(12) {
            case 0: builder.claimedKeys = suspect()
            case 1: builder.claimedTensors = suspect()
            case 2: builder.version = random.chance(of: 2) ? 2 : UInt32(truncatingIfNeeded: suspect())
            case 3: builder.metadata[1].value = .uint32([0, 3, 1 << 31, 4, 8, 64, .max][random.below(7)])
            case 4: builder.metadata[key].key = builder.metadata[random.below(builder.metadata.count)].key
            case 5: builder.tensors[tensor].name = builder.tensors[random.below(builder.tensors.count)].name
            case 6:
                let dimension = random.below(builder.tensors[tensor].dimensions.count)
                builder.tensors[tensor].dimensions[dimension] = suspect()
            case 7: builder.tensors[tensor].dimensions = (0..<random.below(6)).map { _ in suspect() }
            case 8: builder.tensors[tensor].offset = suspect()
            case 9: builder.tensors[tensor].offset = UInt64(random.below(24) * 32)
            case 10: builder.tensors[tensor].type = UInt32(random.below(45))
            default:
                builder.metadata[key].value = .array(
                    type: UInt32(random.below(14)), count: suspect(), payload: randomBytes(upTo: 64))
            }
        }
        return builder
    }

    /// One change to the bytes, most often in the header.
    private mutating func change(_ bytes: inout [UInt8]) {
        guard bytes.count > 16 else { return }
        let place = random.below(random.chance(of: 8) ? bytes.count : min(bytes.count, headerCount))
        switch random.below(8) {
        case 0, 1: bytes[place] ^= 1 << UInt8(random.below(8))
        case 2: bytes[place] = UInt8(random.below(256))
        case 3: overwrite(&bytes, at: place, littleEndian(suspect()))
        case 4: overwrite(&bytes, at: place, littleEndian(UInt32(truncatingIfNeeded: suspect())))
        case 5: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(32)))
        case 6: bytes.insert(contentsOf: randomBytes(upTo: 32), at: place)
        default: bytes.removeSubrange(place...)
        }
    }

    private func overwrite(_ bytes: inout [UInt8], at place: Int, _ new: [UInt8]) {
        for (index, byte) in new.enumerated() where place + index < bytes.count { bytes[place + index] = byte }
    }

    private mutating func randomBytes(upTo limit: Int) -> [UInt8] {
        (0..<random.below(limit)).map { _ in UInt8(random.below(256)) }
    }
}
