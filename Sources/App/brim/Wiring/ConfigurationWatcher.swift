import Dispatch
import Foundation
import Logging
import Synchronization

/// Reads the configuration again whenever one of its files changes, however an editor saves it: folders are watched, since
/// most editors put a new file in the place of the old one. Where a folder is not there yet, the one above it is watched.
final class ConfigurationWatcher: Sendable {
    /// What has become of the configuration.
    struct Change: Sendable {
        /// What it is now, or why it cannot be.
        var configuration: Result<BrimConfiguration, CommandFailure>
        /// Whether a place says local-only, also where something else in the files cannot be.
        var isLocked: Bool
    }

    /// A file is often saved in several steps.
    private static let settling = Duration.milliseconds(150)

    private let changes: AsyncStream<Void>.Continuation
    private let work: Task<Void, Never>
    private let source: Mutex<(any DispatchSourceRead)?>

    /// - Parameter report: told after every change what the configuration is now.
    init(_ options: GlobalOptions, _ flags: CloudOptions, report: @escaping @Sendable (Change) -> Void) {
        let (stream, changes) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.changes = changes
        let files = [
            options.directories.configuration, BrimConfiguration.systemFile,
            InstalledUpdates.recordFile(options.directories),
        ]
        source = Mutex(Self.watch(files) { changes.yield() })
        work = Task {
            var mistake: String?
            var before: SettingValues?
            for await _ in stream {
                do { try await Task.sleep(for: Self.settling) } catch { return }
                let values = await Self.read(options, flags)
                // Much happens in a folder that is not about a setting.
                if case .success(let values) = values {
                    if values == before { continue }
                    before = values
                }
                let change = Self.change(values)
                switch change.configuration {
                case .success: mistake = nil
                // An editor that saves in several steps makes a mistake once; a lock is told all the same.
                case .failure(let failure) where failure.description == mistake && !change.isLocked: continue
                case .failure(let failure): mistake = failure.description
                }
                let isValid = (try? change.configuration.get()) != nil
                Logger(label: "brim.configuration").info("changed", metadata: ["valid": "\(isValid)"])
                report(change)
            }
        }
        // What was written before anybody watched.
        changes.yield()
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
        SettingValues, CommandFailure
    > {
        do {
            return .success(
                try await BrimConfiguration.values(
                    options.directories, isNamed: options.config != nil, flags: flags.layer))
        } catch {
            return .failure(error as? CommandFailure ?? CommandFailure(String(describing: error)))
        }
    }

    private static func change(_ values: Result<SettingValues, CommandFailure>) -> Change {
        Change(
            configuration: values.flatMap { values in
                do {
                    return .success(try BrimConfiguration(values))
                } catch {
                    return .failure(error as? CommandFailure ?? CommandFailure(String(describing: error)))
                }
            },
            isLocked: (try? values.get()).map { $0.isLocked } ?? false)
    }

    // MARK: - Watching

    /// `nil` where nothing can be watched: changes then wait for the next start.
    private static func watch(_ files: [String], _ onChange: @escaping @Sendable () -> Void) -> (
        any DispatchSourceRead
    )? {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        add(files, to: descriptor)
        let source = DispatchSource.makeReadSource(
            fileDescriptor: descriptor, queue: DispatchQueue(label: "brim.configuration"))
        source.setEventHandler {
            guard Self.isAbout(files, descriptor) else { return }
            // A folder that has come, or has been put in another's place, is watched from now on.
            Self.add(files, to: descriptor)
            onChange()
        }
        source.setCancelHandler { Foundation.close(descriptor) }
        source.resume()
        return source
    }

    /// The files, their folders, and two folders above them: `.config/brim` may have to be made. Of a link, also what it
    /// leads to.
    private static func places(of files: [String]) -> Set<String> {
        var places: Set<String> = []
        for file in files + files.map({ ($0 as NSString).resolvingSymlinksInPath }) {
            var path = file
            for _ in 0..<3 where path.count > 1 {
                places.insert(path)
                path = (path as NSString).deletingLastPathComponent
            }
        }
        return places
    }

    /// To watch what is watched already changes nothing.
    private static func add(_ files: [String], to descriptor: Int32) {
        let kinds = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB)
        for place in places(of: files) {
            let folder = (place as NSString).deletingLastPathComponent
            unsafe _ = inotify_add_watch(descriptor, folder.isEmpty ? "." : folder, kinds)
        }
    }

    /// Takes what inotify has to say, and finds one of the places in it.
    private static func isAbout(_ files: [String], _ descriptor: Int32) -> Bool {
        let names = places(of: files).map { ($0 as NSString).lastPathComponent }
        var bytes = [UInt8](repeating: 0, count: 4096)
        var isAbout = false
        while true {
            let count = unsafe Foundation.read(descriptor, &bytes, bytes.count)
            guard count > 0 else { return isAbout }
            let said = String(decoding: bytes[..<count], as: UTF8.self)
            isAbout = isAbout || names.contains { said.contains($0) }
        }
    }
}
