internal import Glibc

/// Anonymous pages: zero at first, resident only once touched, aligned to a page. Owned by exactly one object.
// SAFETY: only the address and the size are stored, both immutable; who writes through the address sees to it that nobody else does.
@safe struct MappedMemory: ~Copyable, @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    /// - Parameter isStreamed: the whole memory is filled once and read from end to end again and again. Large pages then save
    ///   address translations; where memory fills little by little, they would make all of it resident at once.
    /// - Throws: `outOfResources` when the system refuses.
    init(byteCount: Int, isStreamed: Bool = false) throws(KernelError) {
        let size = max(byteCount, 1)
        let pages = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pages = unsafe pages, unsafe pages != MAP_FAILED else {
            throw KernelError(
                .outOfResources, "no memory for \(byteCount) bytes; close other programs or use a smaller model")
        }
        unsafe base = pages
        self.byteCount = size
        // Refusal costs speed only.
        if isStreamed, size >= 4 << 20 { _ = unsafe madvise(pages, size, MADV_HUGEPAGE) }
    }

    deinit { unsafe munmap(base, byteCount) }
}
