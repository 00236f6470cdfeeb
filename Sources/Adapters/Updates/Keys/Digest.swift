internal import AssistantCore
internal import Crypto

/// Digests as text.
enum Digest {
    static func sha256(_ bytes: [UInt8]) -> String { Hexadecimal.encode(SHA256.hash(data: bytes)) }
}

/// The SHA-256 of bytes that come in pieces.
struct RunningDigest {
    private var hash = SHA256()

    mutating func update(_ piece: [UInt8]) { hash.update(data: piece) }
    var sha256: String { Hexadecimal.encode(hash.finalize()) }
}
