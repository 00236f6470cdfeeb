internal import Foundation

/// A temporary file without a name: nobody else opens it, and it is gone with its last descriptor.
package enum UnnamedFile {
    /// Makes an empty one for reading and writing, which children do not inherit.
    ///
    /// - Returns: its descriptor, which the caller closes; `nil` where the folder takes no file.
    package static func descriptor(in folder: String) -> Int32? {
        var path = Array((folder + "/brim-XXXXXX").utf8CString)
        let descriptor = unsafe mkstemp(&path)
        guard descriptor >= 0 else { return nil }
        unsafe unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }
}
