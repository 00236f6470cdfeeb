/// The base character of a cell and the marks on it, as numbers: a picture has thousands of cells, which are copied and
/// compared for every frame.
struct CellText: Sendable, Hashable {
    /// A base and two marks, and two more marks: 21 bits each, 0 for none. Above the latter is ``spare``.
    private var front: UInt64 = 0
    private var back: UInt64 = 0

    private static let bits: UInt64 = 21
    private static let mask: UInt64 = 1 << 21 - 1
    private static let most = (front: 3, all: 5)

    /// - Parameter text: one base and up to ``CellCluster/maximumMarks`` marks; what is more is left out.
    init(_ text: some StringProtocol) {
        for (index, scalar) in text.unicodeScalars.prefix(Self.most.all).enumerated() {
            if index < Self.most.front {
                front |= UInt64(scalar.value) << (UInt64(index) * Self.bits)
            } else {
                back |= UInt64(scalar.value) << (UInt64(index - Self.most.front) * Self.bits)
            }
        }
    }

    init(_ scalar: Unicode.Scalar) { front = UInt64(scalar.value) }

    /// 22 bits for whatever else a cell is.
    var spare: UInt64 {
        get { back >> (2 * Self.bits) }
        set { back = marks | newValue << (2 * Self.bits) }
    }

    private var marks: UInt64 { back & (1 << (2 * Self.bits) - 1) }

    var string: String {
        var text = String.UnicodeScalarView()
        for word in [front, marks] {
            var rest = word
            while let scalar = Unicode.Scalar(UInt32(rest & Self.mask)), scalar.value > 0 {
                text.append(scalar)
                rest >>= Self.bits
            }
        }
        return String(text)
    }

    /// `nil` where there is none, or more than one.
    var onlyScalar: Unicode.Scalar? {
        front > 0 && front <= Self.mask && marks == 0 ? Unicode.Scalar(UInt32(front)) : nil
    }

    var isASCII: Bool { front < 0x80 && marks == 0 }
}
