import AssistantCore
import Foundation
import Logging
import Synchronization

/// The program's log, for whoever looks for a fault. Off unless `BRIM_LOG` names a level.
///
/// Commands write it to the standard error, the full screen to a file. It holds codes, counts and times, and neither what
/// was said nor a secret: whoever logs sees to that.
enum ProgramLog {
    static let variable = "BRIM_LOG"

    /// Where the lines go: the standard error until there is a file.
    private static let descriptor = Mutex(STDERR_FILENO)

    /// Reads the level, once, before anything is logged.
    ///
    /// Throws a sentence for a level that is none.
    static func start(environment: [String: String]) throws(CommandFailure) {
        guard let word = environment[variable], !word.isEmpty else {
            return LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
        }
        guard let level = Logger.Level(rawValue: word.lowercased()) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure("\(variable) is one of \(levels)")
        }
        LoggingSystem.bootstrap { ProgramLogHandler(label: $0, logLevel: level) }
    }

    /// From now on the lines go to a file that they are added to: the screen is in the terminal. Nothing where the log is off.
    ///
    /// Throws where the file cannot be written, with the reason.
    static func write(toFileIn directory: String) throws(CommandFailure) {
        guard !(Logger(label: "brim").handler is SwiftLogNoOpLogHandler) else { return }
        let path = directory + "/brim.log"
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure("the log \(path) cannot be written: \(error.localizedDescription)")
        }
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw CommandFailure(unsafe "the log \(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        descriptor.withLock { $0 = file }
    }

    /// Writes one line at once, so that lines of several threads do not mix. A log that cannot be written holds nothing up.
    fileprivate static func write(_ line: String) {
        let bytes = Array((TerminalText.sanitised(line) + "\n").utf8)
        descriptor.withLock { descriptor in
            _ = unsafe Glibc.write(descriptor, bytes, bytes.count)
        }
    }
}

/// `2026-11-30T09:41:07.123Z debug brim.turn: finished origin=local ms=812`
private struct ProgramLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, logLevel: Logger.Level) { (self.label, self.logLevel) = (label, logLevel) }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let words = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let text = "\(event.message)\(words)".split(whereSeparator: \.isNewline).joined(separator: " ")
        ProgramLog.write("\(Timestamp.now.iso8601) \(event.level) \(label): \(text)")
    }
}

extension TurnEvent {
    /// Made once: events come with every token.
    private static let logger = Logger(label: "brim.turn")

    /// What the log has of it: where the turn goes, and what it took; neither question nor answer.
    func log() {
        let log = Self.logger
        switch self {
        case .route(let decision):
            let codes = decision.reasons.map(\.code.rawValue).joined(separator: ",")
            log.debug("route", metadata: ["decision": "\(decision.outcome.rawValue)", "reasons": "\(codes)"])
        case .local(.prefilled(let statistics), _):
            log.debug(
                "prefilled",
                metadata: [
                    "tokens": "\(statistics.promptTokens)", "reused": "\(statistics.reusedTokens)",
                    "ms": "\(statistics.duration.wholeMilliseconds)",
                ])
        case .local(.failedOver(let failover), _):
            log.warning("failed over", metadata: ["model": "\(failover.model.name)", "reason": "\(failover.reason)"])
        case .escalation(let escalation):
            log.debug(
                "escalation",
                metadata: [
                    "model": "\(escalation.model)", "tokens": "\(escalation.sentTokens)",
                    "redactions": "\(escalation.redactions)",
                ])
        case .cloud(.retrying(let retry)): log.debug("retry", metadata: ["attempt": "\(retry.attempt)"])
        case .finished(let outcome):
            log.debug(
                "finished",
                metadata: [
                    "origin": "\(outcome.origin?.rawValue ?? "none")",
                    "decision": "\(outcome.decision.outcome.rawValue)",
                    "tokens": "\(outcome.figures.generatedTokens ?? 0)", "unsure": "\(outcome.isUnsure)",
                ])
        default: break
        }
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int { Int(inMilliseconds) }
}
