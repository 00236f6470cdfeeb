import ChatUI
import Updates

/// Says on the screen what an update does while a conversation runs. Not at a kiosk, whose visitors it does not concern.
struct UpdateNotices: Sendable {
    private static let interval = Duration.seconds(20)

    private let work: Task<Void, Never>

    init(_ directories: BrimDirectories, _ inbox: any ActionInbox) {
        let directory = InstalledUpdates.directory(directories)
        work = Task(priority: .background) {
            var before = UpdateRecord.read(in: directory)
            if before.problem != nil {
                inbox.post(.notice(Notice(.warning, "No updates are taken at present; brim update says why.")))
            }
            while true {
                do { try await Task.sleep(for: Self.interval) } catch { return }
                let now = UpdateRecord.read(in: directory)
                for notice in Self.notices(before, now) { inbox.post(.notice(notice)) }
                before = now
            }
        }
    }

    func close() { work.cancel() }

    /// What is said of the difference between two looks.
    static func notices(_ before: UpdateRecord, _ now: UpdateRecord) -> [Notice] {
        var notices: [Notice] = []
        if let result = now.lastResult, result != before.lastResult {
            let isGood = result.hasPrefix("success")
            let ending = isGood ? "; a program that runs takes it when it is started again." : "."
            notices.append(Notice(isGood ? .information : .warning, "Update: \(result)\(ending)"))
        }
        if now.problem != nil, before.problem == nil {
            notices.append(Notice(.warning, "No updates are taken at present; brim update says why."))
        }
        return notices
    }
}
