internal import CKernels

/// The levels of the kernels. The fastest one that the processor has is in use, unless the environment variable `BRIM_KERNELS`
/// or `select` says otherwise.
public enum InstructionSet: String, Sendable, CaseIterable {
    /// Plain C.
    case scalar
    /// x86-64 with AVX2, FMA and F16C.
    case avx2
    /// x86-64 with AVX-512 (F, BW, VL, DQ) and its 8-bit dot product.
    case avx512vnni
    /// Arm with the 8-bit dot product (`asimddp`, Armv8.2).
    case neon

    /// The level in use.
    public static var active: InstructionSet {
        let isa = unsafe ck_active().pointee.isa
        guard let level = allCases.first(where: { $0.level == isa }) else {
            preconditionFailure("unknown instruction set \(isa)")
        }
        return level
    }

    /// The levels of this processor, scalar first.
    public static var available: [InstructionSet] { allCases.filter { unsafe ck_table($0.level) != nil } }

    /// What the environment variable `BRIM_KERNELS` asks for must be there.
    static func checkRequest() throws(KernelError) {
        guard ck_request_ignored() else { return }
        throw KernelError(
            .unavailableInstructionSet, "BRIM_KERNELS names no kernels of this processor; choose one of \(choices)")
    }

    /// Uses this level from now on, in the whole process. Packed weights stay valid.
    /// Not while products run on another thread: they may finish on either level.
    /// - Throws: `unavailableInstructionSet`.
    public func select() throws(KernelError) {
        guard ck_select(level) == 0 else {
            throw KernelError(
                .unavailableInstructionSet, "this processor has no \(rawValue) kernels; choose one of \(Self.choices)")
        }
    }

    private static var choices: String { available.map(\.rawValue).joined(separator: ", ") }

    var level: ck_isa {
        switch self {
        case .scalar: CK_SCALAR
        case .avx2: CK_AVX2
        case .avx512vnni: CK_AVX512VNNI
        case .neon: CK_NEON
        }
    }
}
