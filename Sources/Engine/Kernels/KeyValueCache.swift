internal import CKernels

/// How keys and values are kept.
public enum KeyValueType: String, Sendable, CaseIterable {
    /// In half precision: 16 bits.
    case f16
    /// In bytes, of which each 32 have a scale: 8.5 bits. For heads that are a multiple of 32.
    case q8_0

    /// Whether heads of `size` elements can be kept so.
    public func fits(headSize size: Int) -> Bool { size.isMultiple(of: self == .q8_0 ? 32 : 8) }

    /// Bytes of the key, or of the value, of one position of one head.
    public func byteCount(headSize size: Int) -> Int { Int(ck_kv_head_bytes(type, size)) }

    var type: ck_kv_type {
        switch self {
        case .f16: CK_KV_F16
        case .q8_0: CK_KV_Q8_0
        }
    }
}

/// Keys and values of every layer, up to a fixed number of positions. Memory becomes resident as it fills.
/// For one thread at a time. Who is at which position is the caller's business; the cache only holds them.
public final class KeyValueCache {
    /// Layers that keep keys and values.
    public let layerCount: Int
    /// Heads of keys and values in a layer.
    public let headCount: Int
    /// Elements of one head.
    public let headSize: Int
    /// Positions there is room for: what was asked for, rounded up to a whole panel of 16.
    public let capacity: Int
    /// How they are kept.
    public let type: KeyValueType
    private let memory: MappedMemory

    /// - Precondition: all sizes are positive; `headSize` fits the type and is at most 256.
    /// - Throws: `outOfResources`.
    public init(
        layers: Int, heads: Int, headSize: Int, capacity: Int, type: KeyValueType = .f16
    ) throws(KernelError) {
        precondition(layers > 0 && heads > 0 && capacity > 0, "sizes must be positive")
        precondition(headSize > 0 && headSize <= Int(CK_MAX_HEAD) && type.fits(headSize: headSize), "unfit head size")
        let panel = Int(CK_KEY_PANEL)
        let positions = (capacity + panel - 1) / panel * panel
        let position = heads * type.byteCount(headSize: headSize)
        let (layer, overflow) = position.multipliedReportingOverflow(by: positions)
        let (bytes, tooLarge) = layer.multipliedReportingOverflow(by: 2 * layers)
        guard !overflow, !tooLarge else {
            throw KernelError(.outOfResources, "a cache of \(capacity) positions is too large; use a smaller context")
        }
        layerCount = layers
        headCount = heads
        self.headSize = headSize
        self.type = type
        self.capacity = positions
        memory = try MappedMemory(byteCount: bytes)
    }

    /// Writes positions `position ..< position + keys.count` of a layer.
    /// - Parameters:
    ///   - keys, values: (n, headCount · headSize); values beyond ±65504 become infinite or no number.
    public func store(keys: FloatRows, values: FloatRows, layer: Int, position: Int, pool: WorkerPool) {
        precondition(keys.count == values.count, "as many keys as values")
        precondition(keys.width == headCount * headSize && values.width == keys.width, "rows are not all heads")
        precondition(position >= 0 && position + keys.count <= capacity, "positions outside the cache")
        var layer = unsafe kernelLayer(layer)
        unsafe pool.withWorkers { workers in
            unsafe ck_kv_store(
                workers, &layer, keys.pointer, keys.stride, values.pointer, values.stride, position, keys.count)
        }
    }

    /// Forgets `range` in a layer: later positions below `length` move down, and their keys are turned back.
    /// - Parameter angle: cosine and sine (1, rotary / 2) of the angles of position `range.count`; width 0 for no rotation.
    public func remove(
        _ range: Range<Int>, length: Int, layer: Int, cosine: FloatRows, sine: FloatRows, style: RotaryStyle
    ) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= length && length <= capacity, "range outside the cache")
        precondition(cosine.width == sine.width && 2 * cosine.width <= headSize, "angles do not fit the heads")
        var layer = unsafe kernelLayer(layer)
        unsafe ck_kv_remove(
            &layer, range.lowerBound, range.upperBound, length, cosine.pointer, sine.pointer, 2 * cosine.width,
            style == .halves)
    }

    /// Bytes of positions below `length`: what one decoded token reads.
    public func byteCount(length: Int) -> Int {
        2 * layerCount * headCount * type.byteCount(headSize: headSize) * length
    }

    func kernelLayer(_ index: Int) -> ck_kv {
        precondition(index >= 0 && index < layerCount, "no such layer")
        let bytes = headCount * type.byteCount(headSize: headSize) * capacity
        let start = unsafe memory.base + index * 2 * bytes
        return unsafe ck_kv(
            k: start, v: start + bytes, type: type.type, heads: headCount, head_size: headSize, capacity: capacity)
    }
}
