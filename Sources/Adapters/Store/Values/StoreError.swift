internal import AssistantCore
internal import GRDB

/// Why the store did not do what it was asked. Conditions it can go on with are no errors: see
/// ``DatabaseStore/warnings``.
package struct StoreError: CodedError {
    /// What went wrong; more codes may come.
    package struct Code: Sendable, Hashable, RawRepresentable {
        package var rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// There is no such conversation, message or reservation.
        package static let notFound = Code(rawValue: "notFound")
        /// The reservation was settled or released before.
        package static let alreadyClosed = Code(rawValue: "alreadyClosed")
        /// A value lies outside what the store keeps.
        package static let invalidArgument = Code(rawValue: "invalidArgument")
        /// Another program kept the database locked for longer than the busy time-out.
        package static let busy = Code(rawValue: "busy")
        /// A record does not hold what Brim writes.
        package static let damagedRecord = Code(rawValue: "damagedRecord")
        /// A checkpoint cannot be read, is not signed by the key it should be, or cannot be made now.
        package static let checkpoint = Code(rawValue: "checkpoint")
        /// The store is in memory alone.
        package static let notDurable = Code(rawValue: "notDurable")
        /// SQLite refused for another reason.
        package static let database = Code(rawValue: "database")
    }

    package var code: Code
    package var description: String
    package let underlying: (any Error)?

    package init(_ code: Code, _ description: String, underlying: (any Error)? = nil) {
        self.code = code
        self.description = description
        self.underlying = underlying
    }

    /// Passes a `StoreError` on and wraps anything else.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError:
            self = error
        case let error as DatabaseError where error.resultCode == .SQLITE_BUSY:
            self.init(.busy, "Another program keeps the database locked; close it and try again.", underlying: error)
        case let error as DatabaseError:
            // The statement and its arguments stay out: they may hold what a person said.
            self.init(
                .database, "The database refused: \(error.message ?? "no reason given") (\(error.resultCode)).",
                underlying: error)
        default:
            self.init(.database, "The database refused: \(type(of: error)).", underlying: error)
        }
    }
}
