internal import Foundation

/// What a child process reads from its standard input, as a file without a name.
///
/// A pipe would have to be written while the child reads, and a child that ends before it has read all is an error of
/// the pipe; a file is neither.
package enum ChildInput {
    /// A descriptor from which `bytes` are read, at their beginning. The caller closes it.
    ///
    /// - Throws: where there is no room for it.
    package static func descriptor(holding bytes: [UInt8]) throws -> Int32 {
        // In memory where that is possible: it may be what a person has said.
        for folder in ["/dev/shm", NSTemporaryDirectory()] {
            guard let descriptor = UnnamedFile.descriptor(in: folder) else { continue }
            do {
                let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
                try handle.write(contentsOf: Data(bytes))
                try handle.seek(toOffset: 0)
                return descriptor
            } catch {
                close(descriptor)
            }
        }
        throw POSIXError(.ENOSPC)
    }
}
