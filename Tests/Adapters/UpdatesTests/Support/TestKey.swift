import AssistantCore
import Crypto
import CryptoExtras
import Foundation

@testable import Updates

/// A key pair of a publisher.
struct TestKey: Sendable {
    let identifier: String
    /// As metadata lists it.
    var value: MetadataValue
    let sign: @Sendable ([UInt8]) throws -> [UInt8]

    private init(
        _ type: String, _ scheme: String, _ text: String, extra: [String: MetadataValue] = [:],
        sign: @escaping @Sendable ([UInt8]) throws -> [UInt8]
    ) {
        value = .object(
            [
                "keytype": .string(type), "scheme": .string(scheme),
                "keyval": .object(["public": .string(text)]),
            ].merging(extra) { $1 })
        identifier = Digest.sha256(CanonicalJSON.bytes(of: value))
        self.sign = sign
    }

    static func ed25519(extra: [String: MetadataValue] = [:]) -> TestKey {
        let key = Curve25519.Signing.PrivateKey()
        return TestKey(
            "ed25519", "ed25519", Hexadecimal.encode(key.publicKey.rawRepresentation), extra: extra,
            sign: { Array(try key.signature(for: $0)) })
    }

    static func p256() -> TestKey {
        let key = P256.Signing.PrivateKey()
        return TestKey("ecdsa", "ecdsa-sha2-nistp256", key.publicKey.pemRepresentation) {
            Array(try key.signature(for: SHA256.hash(data: $0)).derRepresentation)
        }
    }

    static func p384() -> TestKey {
        let key = P384.Signing.PrivateKey()
        return TestKey("ecdsa", "ecdsa-sha2-nistp384", key.publicKey.pemRepresentation) {
            Array(try key.signature(for: SHA384.hash(data: $0)).derRepresentation)
        }
    }

    static func rsa(_ scheme: String = "rsassa-pss-sha256") throws -> TestKey {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        return TestKey("rsa", scheme, key.publicKey.pemRepresentation) {
            let padding: _RSA.Signing.Padding = scheme == "rsassa-pss-sha256" ? .PSS : .insecurePKCS1v1_5
            return Array(try key.signature(for: SHA256.hash(data: $0), padding: padding).rawRepresentation)
        }
    }

    /// A key of a kind that nobody knows.
    static func unknown() -> TestKey {
        TestKey("lattice", "lattice-9", "00") { _ in [1, 2, 3] }
    }
}
