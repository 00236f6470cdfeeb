internal import Kernels

/// The bytes of a sound file: in memory, or read from the file when they are wanted.
struct SoundBytes: Sendable {
    let count: Int
    private let read: @Sendable (Range<Int>) throws(WAVError) -> [UInt8]

    init(_ bytes: [UInt8]) {
        count = bytes.count
        read = { Array(bytes[$0]) }
    }

    /// Opens a regular file; it is closed with the last copy of this value.
    init(path: String) throws(WAVError) {
        let holder: FileHolder
        do throws(WhisperError) {
            holder = FileHolder(try RegularFile(path: path))
        } catch {
            throw WAVError(.unreadable, error.description)
        }
        count = holder.file.byteCount
        read = { range throws(WAVError) in
            do throws(WhisperError) {
                return try holder.file.bytes(at: range.lowerBound, count: range.count)
            } catch {
                throw WAVError(.unreadable, error.description)
            }
        }
    }

    /// The bytes of a range inside `0..<count`.
    func bytes(_ range: Range<Int>) throws(WAVError) -> [UInt8] { try read(range) }

    private final class FileHolder: Sendable {
        let file: RegularFile

        init(_ file: consuming RegularFile) { self.file = file }
    }
}
