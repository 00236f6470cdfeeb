internal import Crypto

/// Digests as text.
enum Digest {
    static func sha256(_ bytes: [UInt8]) -> String { Hexadecimal.text(SHA256.hash(data: bytes)) }
}
