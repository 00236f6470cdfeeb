internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Says in words why no connection was made, such as "nothing listens there".
package func connectionReason(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
        if let refusal = error.connectionErrors.first { return connectionReason(refusal.error) }
        return "its name is not known"
    case let error as IOError where error.errnoCode == ECONNREFUSED: return "nothing listens there"
    case let error as IOError where [ENETUNREACH, EHOSTUNREACH, ENETDOWN].contains(error.errnoCode):
        return "there is no network"
    default: return "the connection was not made"
    }
}
