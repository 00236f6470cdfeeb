/// Recognises files people mistake for GGUF, so that the error can say what they have.
enum ForeignFormat {
    private static let signatures: [(bytes: [UInt8], sentence: String)] = [
        (Array("lmgg".utf8), "is a GGML file of 2023, the predecessor of GGUF"),
        (Array("fmgg".utf8), "is a GGMF file of 2023, a predecessor of GGUF"),
        (Array("tjgg".utf8), "is a GGJT file of 2023, a predecessor of GGUF"),
        ([0x50, 0x4B, 0x03, 0x04], "is a zip archive (a PyTorch checkpoint, perhaps, or a package still packed)"),
        ([0x1F, 0x8B], "is gzip-compressed: unpack it first"),
        ([0x28, 0xB5, 0x2F, 0xFD], "is zstd-compressed: unpack it first"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "is xz-compressed: unpack it first"),
        ([0x89, 0x48, 0x44, 0x46], "is an HDF5 file"),
        ([0x01, 0x48, 0x45, 0x46], "is a compiled Hailo network (.hef)"),
        ([0x7F, 0x45, 0x4C, 0x46], "is a program or library, not a model"),
        ([0x80, 0x02], "is a Python pickle (a PyTorch checkpoint, perhaps)"),
        (Array("version https://git-lfs".utf8), "is a Git LFS pointer: the weights themselves were not fetched"),
        (Array("<!doctype".utf8), "is a web page, most likely the error page of a failed download"),
        (Array("<html".utf8), "is a web page, most likely the error page of a failed download"),
        (Array("<?xml".utf8), "is an XML document, most likely the error of a failed download"),
        (Array("{".utf8), "is a JSON document"),
    ]

    /// What the file is instead of GGUF, as the predicate of a sentence.
    static func describe(_ image: FileImage) -> String {
        let start = unsafe image.withUnsafeBytes(in: 0..<min(image.count, 32)) { unsafe Array($0) }
        let lowercased = start.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        for (bytes, sentence) in signatures where start.starts(with: bytes) || lowercased.starts(with: bytes) {
            return sentence
        }
        // safetensors: the length of a JSON header in 8 bytes, then the header.
        if start.count > 9, start[8] == UInt8(ascii: "{"), image.load(UInt64.self, at: 0) < UInt64(image.count) {
            return "is a safetensors file: convert it to GGUF first"
        }
        return "is of no known model format"
    }
}
