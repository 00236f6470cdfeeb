import AssistantCore
import Foundation
import Store

/// A program for the tests of the store to run, to starve and to kill. Each step that the store acknowledged is one
/// line on standard output, written before the next step begins.
@main
struct StoreCrashProbe {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else {
            throw StoreError(.invalidArgument, "usage: StoreCrashProbe session|race|fill|visit DIRECTORY [NUMBER]")
        }
        let parameter = arguments.count > 3 ? arguments[3] : ""
        let number = Int(parameter) ?? 0
        switch arguments[1] {
        case "session": try await Session(directory: arguments[2], worker: parameter).run()
        case "race": try await race(arguments[2], attempts: number)
        case "fill": try await fill(arguments[2], fileLimit: number)
        case "visit": try await visit(arguments[2])
        default: throw StoreError(.invalidArgument, "no such mode: \(arguments[1])")
        }
    }

    /// One write per line, so that lines of several tasks never mix and none is lost in a buffer.
    static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }

    static func now() -> Timestamp {
        Timestamp(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000))
    }

    /// Tries to get money under a cap that somebody else is drawing on, too.
    private static func race(_ directory: String, attempts: Int) async throws {
        let store = try DatabaseStore(directory: directory, at: now())
        let request = SpendingRequest(worstCaseMicroUSD: 10, model: "m", device: "d")
        let cap = SpendingCap(since: Timestamp(millisecondsSince1970: 0), limitMicroUSD: 100)
        say("ready")
        _ = readLine()
        for _ in 0..<attempts {
            if case .reserved(let id) = try await store.spending.reserve(request, within: [cap], at: now()) {
                say("reserved \(id.rawValue)")
            }
        }
    }

    /// Writes until the file may not grow, and on. Without a limit, until the disk is full.
    private static func fill(_ directory: String, fileLimit: Int) async throws {
        if fileLimit > 0 { try limitFiles(to: fileLimit) }
        let store = try DatabaseStore(directory: directory, at: now())
        let conversation = try await store.conversations.create(title: "fill", at: now())
        var count = 0
        var afterwards = 0
        while afterwards < 5, count < 10_000 {
            let text = "message \(count) \(String(repeating: "x", count: 2_000))"
            try await store.conversations.append(NewMessage(Message(.user, text)), to: conversation.id, at: now())
            if store.isDurable { say("kept \(count)") } else { afterwards += 1 }
            count += 1
        }
        let visible = try await store.conversations.messages(of: conversation.id).count
        let request = SpendingRequest(worstCaseMicroUSD: 1, model: "m", device: "d")
        let outcome = try await store.spending.reserve(request, within: [], at: now())
        say("written \(count)")
        say("visible \(visible)")
        say("spending \(outcome)")
        say("warning \(store.warnings.map(\.kind.rawValue).joined(separator: ","))")
    }

    private static func limitFiles(to bytes: Int) throws {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
        guard unsafe setrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit) == 0 else {
            throw StoreError(.invalidArgument, "the limit could not be set")
        }
    }

    /// Opens a directory as a user who may not write there, and says what it sees.
    private static func visit(_ directory: String) async throws {
        if geteuid() == 0 {
            guard setgid(65_534) == 0, setuid(65_534) == 0 else {
                throw StoreError(.invalidArgument, "privileges could not be given up")
            }
        }
        let store = try DatabaseStore(directory: directory, at: now())
        for conversation in try await store.conversations.conversations(titled: nil, limit: 10, offset: 0) {
            say("conversation \(conversation.title)")
        }
        say("durable \(store.isDurable)")
        say("warning \(store.warnings.map(\.kind.rawValue).joined(separator: ","))")
    }
}
