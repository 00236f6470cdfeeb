/// A language model's file in the GGUF format, versions 2 and 3, little-endian: its metadata and where its tensors lie.
///
/// A model that was split into several files is opened by the path of the first, and is one file to whoever uses this
/// value: its pieces are counted as if they lay one behind the other.
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

    /// The files of the model, in order; one where it is not split.
    private let pieces: [Piece]
    /// What the header says of the model, by key.
    public let metadata: Metadata
    /// All tensors by name.
    public let tensors: [String: TensorInfo]
    /// Version of the format: 2 or 3.
    public let version: Int
    /// Where the tensors' bytes begin, counted from the start of the first file.
    public let dataOffset: Int
    /// What the offsets of tensors are multiples of.
    public let alignment: Int

    /// The path the file was opened by.
    public var path: String { pieces[0].image.path }
    /// Size of the file, or of all pieces together, in bytes.
    public var byteCount: Int { pieces[pieces.count - 1].range.upperBound }

    /// Opens, maps and checks a file, or all pieces of a split model by the path of the first. Blocks while the headers
    /// are read.
    public init(path: String) throws(GGUFError) {
        let paths = SplitName.pieces(of: path)
        var images: [FileImage] = []
        for path in paths { images.append(try FileImage(mapping: path)) }
        try self.init(images)
    }

    /// Reads a file that is in memory already; `name` stands for the path in errors. Copies the bytes.
    public init(bytes: [UInt8], name: String) throws(GGUFError) {
        try self.init([FileImage(copying: bytes, path: name)])
    }

    private init(_ images: [FileImage]) throws(GGUFError) {
        let header = try Header(reading: images[0])
        var model = SplitModel(count: images.count)
        try model.add(header, of: images[0])
        for image in images.dropFirst() { try model.add(Header(reading: image), of: image) }
        try model.checkIsWhole(header)
        pieces = model.pieces
        metadata = header.metadata
        tensors = model.tensors
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
        let piece = piece(of: tensor)
        return unsafe try piece.image.withUnsafeBytes(in: piece.local(tensor.byteRange), body)
    }

    /// Reads bytes `range` of `tensor`, which must be one of this file's, into `output`, which must be as long.
    ///
    /// For what is read bit by bit as long as the model is in use: nothing stays mapped, and a file that another program has
    /// cut or written to is an error. Blocks for a system call or two.
    public func read(
        _ range: Range<Int>, of tensor: TensorInfo, into output: inout MutableRawSpan
    ) throws(GGUFError) {
        precondition(range.lowerBound >= 0 && range.upperBound <= tensor.byteRange.count, "outside the tensor")
        let piece = piece(of: tensor)
        let start = piece.local(tensor.byteRange).lowerBound
        try piece.image.read(start + range.lowerBound..<start + range.upperBound, into: &output)
    }

    private func piece(of tensor: TensorInfo) -> Piece {
        let start = tensor.byteRange.lowerBound
        guard let piece = pieces.first(where: { $0.range.contains(start) }) else {
            preconditionFailure("a tensor of another file")
        }
        return piece
    }

    /// Gives the pages under `tensor` back to the system, once its bytes were copied into another layout. They stay
    /// readable and come back from the file when touched.
    public func adviseUnneeded(_ tensor: TensorInfo) {
        let piece = piece(of: tensor)
        piece.image.adviseUnneeded(piece.local(tensor.byteRange))
    }

    /// Gives the pages under all tensors back: reading one maps pages of its neighbours as well.
    public func adviseAllUnneeded() {
        for piece in pieces { piece.image.adviseUnneeded(piece.dataOffset..<piece.image.count) }
    }

    /// Throws ``GGUFError/Code/changed`` where the file on disk was written to or cut since it was opened.
    public func checkUnchanged() throws(GGUFError) {
        for piece in pieces { try piece.image.checkUnchanged() }
    }

    /// Tells these weights from others: 16 hexadecimal digits made from the header, the size and samples of the data.
    ///
    /// Quick and **not** cryptographic: for cache keys, not against forgery. Reads the header and at most 64 KiB more.
    public func quickFingerprint() -> String {
        var hash = QuickHash(seed: UInt64(byteCount))
        for piece in pieces { piece.combine(into: &hash) }
        let digits = String(hash.value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
