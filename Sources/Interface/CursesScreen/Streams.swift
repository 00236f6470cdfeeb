internal import Glibc

/// The terminal as C streams over copies of its descriptors: ncurses wants streams, and to close them must not close
/// what is the caller's.
@safe
final class Streams {
    let input: UnsafeMutablePointer<FILE>
    let output: UnsafeMutablePointer<FILE>

    init(_ settings: ScreenSettings) throws(ScreenError) {
        let input = try unsafe Self.open(settings.input, "r")
        do throws(ScreenError) {
            unsafe output = try Self.open(settings.output, "w")
        } catch {
            unsafe fclose(input)
            throw error
        }
        unsafe self.input = input
    }

    deinit {
        unsafe fclose(input)
        unsafe fclose(output)
    }

    private static func open(_ descriptor: Int32, _ mode: String) throws(ScreenError) -> UnsafeMutablePointer<FILE> {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw .system("dup", errno: errno) }
        guard let stream = unsafe fdopen(copy, mode) else {
            let reason = errno
            close(copy)
            throw .system("fdopen", errno: reason)
        }
        return unsafe stream
    }
}
