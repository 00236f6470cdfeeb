/// A language model's file in the GGUF format, versions 2 and 3, little-endian: its metadata and where its tensors lie.
///
/// The file is mapped, not read: opening costs the header, and the weights come in as they are touched. Everything the
/// header claims is checked when the file is opened, in memory proportional to the bytes that are really there; after
/// that no offset is ever trusted again. Immutable and shared: copies are cheap, the mapping ends with the last of them.
///
/// What no check can prevent: if another program truncates the file while it is mapped, touching the lost pages ends
/// this process by SIGBUS. Replace models by renaming over them, as `brim models fetch` does, never in place.
/// ``checkUnchanged()`` tells whether somebody wrote to it.
///
/// Source: the GGUF specification (`docs/gguf.md` in ggml).
public struct GGUFFile: Sendable {
    /// Bounds on what a file may claim, far above any real model.
    enum Limits {
        static let keys = 65_536
        static let tensors = 131_072
        static let keyBytes = 65_535
        static let stringBytes = 1 << 20
        static let tensorNameBytes = 255
        static let dimensions = 4
        static let alignment = 8...(1 << 20)
    }

    private let image: FileImage
    public let metadata: Metadata
    /// All tensors by name.
    public let tensors: [String: TensorInfo]
    /// Version of the format: 2 or 3.
    public let version: Int
    /// Where the tensors' bytes begin, counted from the start of the file.
    public let dataOffset: Int
    /// What the offsets of tensors are multiples of.
    public let alignment: Int

    /// The path the file was opened by.
    public var path: String { image.path }
    /// Size of the file in bytes.
    public var byteCount: Int { image.count }

    /// Opens, maps and checks a file. Blocks while the header is read.
    public init(path: String) throws(GGUFError) {
        try self.init(FileImage(mapping: path))
    }

    /// Reads a file that is in memory already; `name` stands for the path in errors. Copies the bytes.
    public init(bytes: [UInt8], name: String) throws(GGUFError) {
        try self.init(FileImage(copying: bytes, path: name))
    }

    private init(_ image: FileImage) throws(GGUFError) {
        let header = try Header(reading: image)
        self.image = image
        metadata = header.metadata
        tensors = header.tensors
        version = header.version
        dataOffset = header.dataOffset
        alignment = header.alignment
    }

    /// The tensor of that name; throws ``GGUFError/Code/missing`` where there is none.
    public func tensor(_ name: String) throws(GGUFError) -> TensorInfo {
        guard let tensor = tensors[name] else {
            throw GGUFError(.missing, path: path, "has no tensor \(name.quoted()); this model cannot be used")
        }
        return tensor
    }

    /// Calls `body` with the bytes of `tensor`, which must be one of this file's.
    ///
    /// The pointer is aligned to the file's alignment (a multiple of 8) and valid as long as a copy of this value
    /// lives. Touching pages that are not in memory blocks. Throws for a type that is known by name only.
    public func withUnsafeBytes<R>(
        of tensor: TensorInfo, _ body: (UnsafeRawBufferPointer) throws -> R
    ) throws -> R {
        guard tensor.type.isReadable else {
            throw GGUFError(
                .unsupported, path: path,
                "tensor \(tensor.name.quoted()) is of type \(tensor.type), which this program cannot compute with; "
                    + "use another quantisation of the model, such as Q4_0, Q4_1, Q8_0 or Q4_K")
        }
        return unsafe try image.withUnsafeBytes(in: tensor.byteRange, body)
    }

    /// Gives the pages under `tensor` back to the system, once its bytes were copied into another layout. They stay
    /// readable and come back from the file when touched.
    public func adviseUnneeded(_ tensor: TensorInfo) {
        image.adviseUnneeded(tensor.byteRange)
    }

    /// Gives the pages under all tensors back: reading one maps pages of its neighbours as well.
    public func adviseAllUnneeded() {
        image.adviseUnneeded(dataOffset..<byteCount)
    }

    /// Throws ``GGUFError/Code/changed`` where the file on disk was written to or cut since it was opened.
    public func checkUnchanged() throws(GGUFError) {
        try image.checkUnchanged()
    }

    /// Tells these weights from others: 16 hexadecimal digits made from the header, the size and samples of the data.
    ///
    /// Quick and **not** cryptographic: for cache keys, not against forgery. Reads the header and at most 64 KiB more.
    public func quickFingerprint() -> String {
        var hash = QuickHash(seed: UInt64(byteCount))
        unsafe image.withUnsafeBytes(in: 0..<dataOffset) { unsafe hash.combine($0) }
        let (samples, sampleBytes) = (16, 4096)
        let span = byteCount - dataOffset
        for index in 0..<samples where span > 0 {
            let start = dataOffset + (span / samples) * index
            unsafe image.withUnsafeBytes(in: start..<min(start + sampleBytes, byteCount)) { unsafe hash.combine($0) }
        }
        let digits = String(hash.value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
