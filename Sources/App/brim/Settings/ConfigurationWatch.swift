import Dispatch
import Foundation
import Synchronization

/// Reads the configuration again whenever one of its files changes, however an editor saves it: the folder is watched,
/// since most editors put a new file in the place of the old one. A folder that is not there is not watched.
final class ConfigurationWatch: Sendable {
    typealias Report = @Sendable (Result<BrimConfiguration, CommandFailure>) -> Void

    /// A file is often saved in several steps.
    private static let settling = Duration.milliseconds(150)

    private let changes: AsyncStream<Void>.Continuation
    private let work: Task<Void, Never>
    private let source: Mutex<(any DispatchSourceRead)?>

    /// - Parameter report: told after every change what the configuration is now, or why it cannot be.
    init(_ options: GlobalOptions, _ flags: CloudOptions, report: @escaping Report) {
        let (stream, changes) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.changes = changes
        let files = [options.places.configuration, BrimConfiguration.systemFile]
        source = Mutex(Self.watch(files) { changes.yield() })
        work = Task {
            var mistake: String?
            for await _ in stream {
                do { try await Task.sleep(for: Self.settling) } catch { return }
                let result = await Self.read(options, flags)
                switch result {
                case .success: mistake = nil
                // An editor that saves in several steps makes a mistake once.
                case .failure(let failure) where failure.description == mistake: continue
                case .failure(let failure): mistake = failure.description
                }
                report(result)
            }
        }
    }

    func close() {
        source.withLock { source in
            source?.cancel()
            source = nil
        }
        changes.finish()
        work.cancel()
    }

    private static func read(_ options: GlobalOptions, _ flags: CloudOptions) async -> Result<
        BrimConfiguration, CommandFailure
    > {
        do {
            return .success(
                try await BrimConfiguration.load(options.places, isNamed: options.config != nil, flags: flags))
        } catch {
            return .failure(error as? CommandFailure ?? CommandFailure(String(describing: error)))
        }
    }

    /// `nil` where nothing can be watched: changes then wait for the next start.
    private static func watch(_ files: [String], _ tell: @escaping @Sendable () -> Void) -> (any DispatchSourceRead)? {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        let kinds = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE)
        for file in files {
            unsafe _ = inotify_add_watch(descriptor, (file as NSString).deletingLastPathComponent, kinds)
        }
        let names = files.map { ($0 as NSString).lastPathComponent }
        let source = DispatchSource.makeReadSource(
            fileDescriptor: descriptor, queue: DispatchQueue(label: "brim.configuration"))
        source.setEventHandler { if Self.isAbout(names, descriptor) { tell() } }
        source.setCancelHandler { Foundation.close(descriptor) }
        source.resume()
        return source
    }

    /// Takes what inotify has to say, and finds one of the names in it.
    private static func isAbout(_ names: [String], _ descriptor: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Foundation.read(descriptor, &bytes, bytes.count)
        let said = String(decoding: bytes[..<max(0, count)], as: UTF8.self)
        return names.contains { said.contains($0) }
    }
}
