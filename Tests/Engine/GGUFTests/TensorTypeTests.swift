import Testing

@testable import GGUF

@Suite("Tensor types")
struct TensorTypeTests {
    @Test("have the numbers and sizes of the format")
    func table() {
        let expected: [(TensorType, UInt32, String, Int, Int)] = [
            (.f32, 0, "F32", 1, 4), (.f16, 1, "F16", 1, 2), (.q4_0, 2, "Q4_0", 32, 18), (.q4_1, 3, "Q4_1", 32, 20),
            (.q5_0, 6, "Q5_0", 32, 22), (.q5_1, 7, "Q5_1", 32, 24), (.q8_0, 8, "Q8_0", 32, 34),
            (.q2_K, 10, "Q2_K", 256, 16 + 64 + 4), (.q3_K, 11, "Q3_K", 256, 32 + 64 + 12 + 2),
            (.q4_K, 12, "Q4_K", 256, 4 + 12 + 128), (.q5_K, 13, "Q5_K", 256, 4 + 12 + 32 + 128),
            (.q6_K, 14, "Q6_K", 256, 128 + 64 + 16 + 2), (.iq4_nl, 20, "IQ4_NL", 32, 18),
            (.iq4_xs, 23, "IQ4_XS", 256, 2 + 2 + 4 + 128), (.bf16, 30, "BF16", 1, 2), (.mxfp4, 39, "MXFP4", 32, 17),
        ]
        for (type, id, name, elements, bytes) in expected {
            #expect(type.id == id && type.name == name)
            #expect(type.elementsPerBlock == elements && type.bytesPerBlock == bytes)
            #expect(type.isReadable)
            #expect(TensorType(id: id) == type)
        }
        #expect(TensorType.known.filter(\.isReadable).count == expected.count)
    }

    @Test("each have one number and one name")
    func distinct() {
        #expect(Set(TensorType.known.map(\.id)).count == TensorType.known.count)
        #expect(Set(TensorType.known.map(\.name)).count == TensorType.known.count)
        #expect(TensorType(id: 4) == nil)
    }
}
