internal import CZstd

/// Bytes in Zstandard's frames, each with bytes before it that need not be in the frame.
///
/// Memory: a frame and what it becomes, and some 10 MB while compressing at most. Not for several threads at once.
@safe
final class Compression {
    private let compressor: OpaquePointer?
    private let decompressor: OpaquePointer?

    init() {
        unsafe compressor = ZSTD_createCCtx()
        unsafe decompressor = ZSTD_createDCtx()
    }

    deinit {
        unsafe ZSTD_freeCCtx(compressor)
        unsafe ZSTD_freeDCtx(decompressor)
    }

    /// The longest frame of so many bytes.
    static func bound(_ count: Int) -> Int { ZSTD_compressBound(count) }

    /// One frame.
    ///
    /// - Parameter prefix: what stood before: nothing of it has to be said again.
    func compress(_ bytes: [UInt8], after prefix: [UInt8] = [], level: Int32) throws(UpdateError) -> [UInt8] {
        unsafe ZSTD_CCtx_reset(compressor, ZSTD_reset_session_and_parameters)
        unsafe ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, level)
        unsafe ZSTD_CCtx_setParameter(compressor, ZSTD_c_windowLog, 23)
        var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let count = unsafe prefix.withUnsafeBytes { prefix in
            unsafe bytes.withUnsafeBytes { bytes in
                unsafe packed.withUnsafeMutableBytes { packed in
                    unsafe ZSTD_CCtx_refPrefix(compressor, prefix.baseAddress, prefix.count)
                    return unsafe ZSTD_compress2(
                        compressor, packed.baseAddress, packed.count, bytes.baseAddress, bytes.count)
                }
            }
        }
        guard ZSTD_isError(count) == 0 else {
            throw UpdateError(.fileSystem, "a piece could not be compressed; there may be too little memory")
        }
        packed.removeLast(packed.count - count)
        return packed
    }

    /// The bytes of one frame, which have to be as many as is said.
    func decompress(_ packed: [UInt8], after prefix: [UInt8] = [], count: Int) throws(UpdateError) -> [UInt8] {
        unsafe ZSTD_DCtx_reset(decompressor, ZSTD_reset_session_and_parameters)
        unsafe ZSTD_DCtx_setParameter(decompressor, ZSTD_d_windowLogMax, 23)
        var bytes = [UInt8](repeating: 0, count: count)
        let written = unsafe prefix.withUnsafeBytes { prefix in
            unsafe packed.withUnsafeBytes { packed in
                unsafe bytes.withUnsafeMutableBytes { bytes in
                    unsafe ZSTD_DCtx_refPrefix(decompressor, prefix.baseAddress, prefix.count)
                    return unsafe ZSTD_decompressDCtx(
                        decompressor, bytes.baseAddress, bytes.count, packed.baseAddress, packed.count)
                }
            }
        }
        guard ZSTD_isError(written) == 0, written == count else {
            throw UpdateError(.mismatched, "a piece of the delta is damaged; take the whole file")
        }
        return bytes
    }
}
