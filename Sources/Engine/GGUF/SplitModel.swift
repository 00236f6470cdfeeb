/// One file of a model, and where it stands among the others.
struct Piece: Sendable {
    let image: FileImage
    /// Its bytes, counted from the start of the first file.
    let range: Range<Int>
    /// Where its tensors' bytes begin, counted from its own start; its end where it has none.
    let dataOffset: Int

    /// - Parameter start: where it begins, counted from the start of the first file.
    init(_ image: FileImage, _ header: Header, from start: Int) {
        self.image = image
        range = start..<start + image.count
        dataOffset = min(header.dataOffset, image.count)
    }

    /// Counts `range` from the start of this file.
    func local(_ range: Range<Int>) -> Range<Int> {
        range.lowerBound - self.range.lowerBound..<range.upperBound - self.range.lowerBound
    }

    /// Adds the header and samples of the data, at most 64 KiB of them.
    func combine(into hash: inout QuickHash) {
        unsafe image.withUnsafeBytes(in: 0..<dataOffset) { unsafe hash.combine($0) }
        let (samples, sampleBytes) = (16, 4096)
        let span = image.count - dataOffset
        for index in 0..<samples where span > 0 {
            let start = dataOffset + (span / samples) * index
            unsafe image.withUnsafeBytes(in: start..<min(start + sampleBytes, image.count)) { unsafe hash.combine($0) }
        }
    }
}

/// Joins the pieces of a split model in memory, checking that they belong together.
///
/// The first piece holds all metadata, each further one only what it is: `split.no` counts from 0, `split.count` is the
/// number of files and `split.tensors.count` that of the tensors in all of them.
struct SplitModel {
    private(set) var pieces: [Piece] = []
    private(set) var tensors: [String: TensorInfo] = [:]
    /// The number of files.
    let count: Int

    /// Throws where the file is not piece `index` of as many as there are.
    private func check(_ header: Header, as index: Int, of image: FileImage) throws(GGUFError) {
        let claimed = try header.metadata.integer("split.count") ?? 1
        let number = try header.metadata.integer("split.no") ?? 0
        // Some tools write 0 for a model that is not split.
        guard max(1, claimed) == count else {
            throw GGUFError(
                .unsupported, path: image.path,
                count == 1
                    ? "is one of \(claimed) files of a model; keep their names, which end in -00001-of-\(SplitName.digits(claimed)).gguf "
                        + "and so on, and give the path of the first"
                    : "says that its model has \(claimed) files, but its name says \(count); fetch the model again")
        }
        guard number == index else {
            throw GGUFError(
                .malformed, path: image.path,
                "says that its number is \(number), counted from 0, but its name says \(index); fetch the model again")
        }
    }

    /// Adds the next file, the first one first.
    mutating func add(_ header: Header, of image: FileImage) throws(GGUFError) {
        try check(header, as: pieces.count, of: image)
        let start = pieces.last?.range.upperBound ?? 0
        let (_, overflow) = start.addingReportingOverflow(image.count)
        guard !overflow, tensors.count + header.tensors.count <= GGUFFile.Limits.tensors else {
            throw GGUFError(.malformed, path: image.path, "makes its model too large; fetch the model again")
        }
        pieces.append(Piece(image, header, from: start))
        for tensor in header.tensors.values {
            guard tensors.updateValue(tensor.moved(by: start), forKey: tensor.name) == nil else {
                throw GGUFError(
                    .malformed, path: image.path,
                    "has tensor \(tensor.name.quoted()), which an earlier file of the model has too; fetch the model again"
                )
            }
        }
    }

    /// Throws where all files together have not as many tensors as the first says.
    func checkIsWhole(_ first: Header) throws(GGUFError) {
        guard count > 1, let tensorCount = try first.metadata.integer("split.tensors.count"),
            tensorCount != tensors.count
        else { return }
        throw GGUFError(
            .malformed, path: pieces[0].image.path,
            "has \(tensors.count) tensors in its \(count) files and says that it has \(tensorCount); fetch the model again"
        )
    }
}
