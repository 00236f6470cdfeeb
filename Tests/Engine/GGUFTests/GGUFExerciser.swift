import GGUF

/// Opens a file and, where it opens, uses all of it: every accessor on every key, every byte of every tensor.
struct GGUFExerciser {
    private(set) var refused = 0
    private(set) var loaded = 0
    /// A sum over everything that was read, so that no read is left out.
    private(set) var sum = 0

    /// Opens by `open`; what it throws counts as a refusal and must be a line that names the file.
    mutating func exercise(_ open: () throws(GGUFError) -> GGUFFile) {
        do throws(GGUFError) {
            use(try open())
            loaded += 1
        } catch {
            precondition(!error.description.isEmpty && !error.description.utf8.contains(UInt8(ascii: "\n")))
            refused += 1
        }
    }

    private mutating func use(_ file: GGUFFile) {
        for key in file.metadata.keys { use(file.metadata, key) }
        for tensor in file.tensors.values {
            precondition(tensor.byteRange.upperBound <= file.byteCount)
            precondition(tensor.rows * tensor.bytesPerRow == tensor.byteRange.count)
            // A type that is known by name only is refused here, as it should be.
            sum &+= (try? unsafe file.withUnsafeBytes(of: tensor) { unsafe $0.reduce(0) { $0 &+ Int($1) } }) ?? 0
            file.adviseUnneeded(tensor)
        }
        sum &+= file.quickFingerprint().utf8.count
    }

    /// Every accessor must answer or throw, whatever the value is.
    private mutating func use(_ metadata: Metadata, _ key: String) {
        sum &+= (try? metadata.string(key))?.utf8.count ?? 0
        sum &+= (try? metadata.integer(key))?.nonzeroBitCount ?? 0
        sum &+= (try? metadata.float(key))?.bitPattern.nonzeroBitCount ?? 0
        sum &+= (try? metadata.bool(key)) == true ? 1 : 0
        sum &+= (try? metadata.integers(key))?.count ?? 0
        sum &+= (try? metadata.floats(key))?.count ?? 0
        if let strings = try? metadata.strings(key) {
            for index in 0..<strings.count { sum &+= strings[index].utf8.count }
        }
    }
}
