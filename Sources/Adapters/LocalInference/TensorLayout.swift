internal import Foundation
internal import GGUF

/// Where the tensors of a model lie in its file.
package enum TensorLayout {
    /// The bytes that stand for the same tensor in two files: same name, type and shape. Empty where one of the files is no
    /// model, or one of several files.
    package static func shared(_ base: String, _ new: String) -> [(base: Range<Int64>, new: Range<Int64>)] {
        guard let base = try? GGUFFile(path: base), let new = try? GGUFFile(path: new), isOneFile(base), isOneFile(new)
        else {
            return []
        }
        return new.tensors.values.compactMap { tensor in
            guard let old = base.tensors[tensor.name], old.type == tensor.type, old.dimensions == tensor.dimensions,
                old.byteRange.count == tensor.byteRange.count
            else { return nil }
            return (Range(old.byteRange), Range(tensor.byteRange))
        }.sorted { $0.new.lowerBound < $1.new.lowerBound }
    }

    private static func isOneFile(_ file: GGUFFile) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: (file.path as NSString).resolvingSymlinksInPath)
        return attributes?[.size] as? Int == file.byteCount
    }
}

extension Range<Int64> {
    fileprivate init(_ range: Range<Int>) { self = Int64(range.lowerBound)..<Int64(range.upperBound) }
}
