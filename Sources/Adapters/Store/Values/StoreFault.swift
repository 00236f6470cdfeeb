internal import AssistantCore
internal import Foundation
internal import GRDB

/// A failure of the file beneath the store, as against a mistake in what was asked of it.
struct StoreFault: Error, Hashable {
    var kind: StoreWarning.Kind
    /// The cause in the words of the system or of SQLite.
    var detail: String

    init(_ kind: StoreWarning.Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    /// `nil` where `error` says nothing about the file.
    init?(_ error: any Error) {
        if let fault = error as? StoreFault {
            self = fault
            return
        }
        guard let error = error as? DatabaseError else { return nil }
        let kind: StoreWarning.Kind
        switch error.resultCode {
        case .SQLITE_FULL: kind = .diskFull
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH: kind = .notWritable
        case .SQLITE_IOERR where error.extendedResultCode != .SQLITE_IOERR_NOMEM: kind = .inputOutput
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: kind = .corrupt
        default: return nil
        }
        self.init(kind, error.message ?? "\(error.extendedResultCode)")
    }

    /// What the system said about `path`.
    init(errno code: Int32, _ path: String) {
        let detail = unsafe "\(path): \(String(cString: strerror(code)))"
        switch code {
        case ENOSPC, EDQUOT, EFBIG: self.init(.diskFull, detail)
        case EIO, ENXIO, ENODEV: self.init(.inputOutput, detail)
        default: self.init(.notWritable, detail)
        }
    }
}

extension StoreFault {
    /// What a person is told when the store goes on in memory. `path` is the file that it leaves, `lost` the tables of
    /// it that could not be read to their end.
    func memoryWarning(path: String, lost: [String]) -> StoreWarning {
        let consequence =
            "What is said now is kept in memory only and lost when Brim ends, and nothing is sent to the cloud."
        let unread = lost.isEmpty ? "" : " Not all of it could be read: \(lost.joined(separator: ", "))."
        return StoreWarning(kind, "\(cause(path)).\(unread) \(consequence) \(nextStep)")
    }

    private func cause(_ path: String) -> String {
        switch kind {
        case .diskFull: "The disk is full, so \(path) cannot grow"
        case .notWritable: "\(path) cannot be written (\(detail))"
        case .newerSchema: "\(path) was written by a newer Brim (\(detail)) and is left as it is"
        case .busy: "\(path) is locked by another program"
        case .corrupt: "\(path) is damaged (\(detail))"
        default: "\(path) cannot be used (\(detail))"
        }
    }

    private var nextStep: String {
        switch kind {
        case .diskFull: "Free some space and start Brim again."
        case .notWritable: "Check its owner and mode, or choose another directory."
        case .newerSchema: "Install the newer version."
        case .busy: "Close that program and start Brim again."
        case .corrupt: "Start Brim again: it will set the file aside and begin a new one."
        default: "Check the disk and start Brim again."
        }
    }
}
