/// How the numbers of a tensor are stored: a row is a sequence of blocks, each of a fixed number of elements and bytes.
///
/// Source: the type table of the GGUF specification and `ggml_type` in ggml. A new type is one line in ``known``.
public struct TensorType: Sendable, Hashable, CustomStringConvertible {
    /// The number that stands for the type in a file (`ggml_type`).
    public let id: UInt32
    /// The name as the field has it, such as `Q4_1`.
    public let name: String
    /// Elements in a block; the first dimension of a tensor is a multiple of it.
    public let elementsPerBlock: Int
    /// Bytes that one block takes in the file.
    public let bytesPerBlock: Int
    /// Whether ``GGUFFile/withUnsafeBytes(of:_:)`` hands the bytes out. The others are known by name and size, so that
    /// a file can be listed, and refused where they are used.
    public let isReadable: Bool

    /// The name, as the format writes it.
    public var description: String { name }

    private init(_ id: UInt32, _ name: String, _ elements: Int, _ bytes: Int, readable: Bool = true) {
        self.id = id
        self.name = name
        elementsPerBlock = elements
        bytesPerBlock = bytes
        isReadable = readable
    }

    /// 32-bit floats.
    public static let f32 = TensorType(0, "F32", 1, 4)
    /// 16-bit floats (IEEE 754 half precision).
    public static let f16 = TensorType(1, "F16", 1, 2)
    /// The upper 16 bits of 32-bit floats.
    public static let bf16 = TensorType(30, "BF16", 1, 2)
    /// 4 bits and a scale for each 32.
    public static let q4_0 = TensorType(2, "Q4_0", 32, 18)
    /// 4 bits, a scale and a minimum for each 32.
    public static let q4_1 = TensorType(3, "Q4_1", 32, 20)
    /// 5 bits and a scale for each 32.
    public static let q5_0 = TensorType(6, "Q5_0", 32, 22)
    /// 5 bits, a scale and a minimum for each 32.
    public static let q5_1 = TensorType(7, "Q5_1", 32, 24)
    /// 8 bits and a scale for each 32.
    public static let q8_0 = TensorType(8, "Q8_0", 32, 34)
    /// 2 bits, with scales and minima for each 16 in blocks of 256.
    public static let q2_K = TensorType(10, "Q2_K", 256, 84)
    /// 3 bits, with a scale for each 16 in blocks of 256.
    public static let q3_K = TensorType(11, "Q3_K", 256, 110)
    /// 4 bits, with scales and minima for each 32 in blocks of 256.
    public static let q4_K = TensorType(12, "Q4_K", 256, 144)
    /// 5 bits, with scales and minima for each 32 in blocks of 256.
    public static let q5_K = TensorType(13, "Q5_K", 256, 176)
    /// 6 bits, with a scale for each 16 in blocks of 256.
    public static let q6_K = TensorType(14, "Q6_K", 256, 210)
    /// 4 bits that choose from a table of 16 values, and a scale for each 32.
    public static let iq4_nl = TensorType(20, "IQ4_NL", 32, 18)
    /// The same in blocks of 256, with a scale for each 32.
    public static let iq4_xs = TensorType(23, "IQ4_XS", 256, 136)
    /// 4-bit floats with one power of two for each 32 (OCP Microscaling).
    public static let mxfp4 = TensorType(39, "MXFP4", 32, 17)

    /// Every type whose size is known. Those marked unreadable are there to be named.
    public static let known: [TensorType] = [
        .f32, .f16, .bf16, .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q2_K, .q3_K, .q4_K, .q5_K, .q6_K, .iq4_nl, .iq4_xs,
        .mxfp4,
        TensorType(9, "Q8_1", 32, 36, readable: false),
        TensorType(15, "Q8_K", 256, 292, readable: false),
        TensorType(16, "IQ2_XXS", 256, 66, readable: false),
        TensorType(17, "IQ2_XS", 256, 74, readable: false),
        TensorType(18, "IQ3_XXS", 256, 98, readable: false),
        TensorType(19, "IQ1_S", 256, 50, readable: false),
        TensorType(21, "IQ3_S", 256, 110, readable: false),
        TensorType(22, "IQ2_S", 256, 82, readable: false),
        TensorType(24, "I8", 1, 1, readable: false),
        TensorType(25, "I16", 1, 2, readable: false),
        TensorType(26, "I32", 1, 4, readable: false),
        TensorType(27, "I64", 1, 8, readable: false),
        TensorType(28, "F64", 1, 8, readable: false),
        TensorType(29, "IQ1_M", 256, 56, readable: false),
        TensorType(34, "TQ1_0", 256, 54, readable: false),
        TensorType(35, "TQ2_0", 256, 66, readable: false),
    ]

    private static let byID = Dictionary(uniqueKeysWithValues: known.map { ($0.id, $0) })

    /// The type a file means by `id`; `nil` where it is none of ``known``.
    public init?(id: UInt32) {
        guard let type = Self.byID[id] else { return nil }
        self = type
    }
}
