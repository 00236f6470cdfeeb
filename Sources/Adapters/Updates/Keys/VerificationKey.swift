internal import AssistantCore
internal import Crypto
internal import CryptoExtras
internal import Foundation

/// A public key of a role's metadata, and the scheme by which it signs.
struct VerificationKey: Sendable {
    private enum Scheme: Sendable {
        case ed25519(Curve25519.Signing.PublicKey)
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey, _RSA.Signing.Padding)
    }

    /// The same for two entries that hold one key, whatever their identifiers are.
    let identity: [UInt8]
    private let scheme: Scheme

    /// `nil` for a kind, scheme or form that is not known here: such a key may be listed, and never counts.
    init?(_ value: MetadataValue) {
        guard let type = value["keytype"]?.string, let scheme = value["scheme"]?.string,
            let text = value["keyval"]?["public"]?.string, text.utf8.count <= Self.longest
        else { return nil }
        switch (type, scheme) {
        case ("ed25519", "ed25519"):
            guard let bytes = Hexadecimal.decode(text, allowsUpperCase: true),
                let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
            else { return nil }
            self.scheme = .ed25519(key)
            identity = bytes
        case ("ecdsa", "ecdsa-sha2-nistp256"), ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"):
            guard let key = try? P256.Signing.PublicKey(pemRepresentation: text) else { return nil }
            self.scheme = .p256(key)
            identity = Array(key.derRepresentation)
        case ("ecdsa", "ecdsa-sha2-nistp384"), ("ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"):
            guard let key = try? P384.Signing.PublicKey(pemRepresentation: text) else { return nil }
            self.scheme = .p384(key)
            identity = Array(key.derRepresentation)
        case ("rsa", "rsassa-pss-sha256"), ("rsa", "rsa-pkcs1v15-sha256"):
            // Refuses keys of less than 2,048 bits.
            guard let key = try? _RSA.Signing.PublicKey(pemRepresentation: text) else { return nil }
            self.scheme = .rsa(key, scheme == "rsassa-pss-sha256" ? .PSS : .insecurePKCS1v1_5)
            identity = Array(key.derRepresentation)
        default: return nil
        }
    }

    /// Bytes of a key's text: an RSA key of 16,384 bits has fewer.
    private static let longest = 8192

    /// Whether this key has signed `message`.
    func isValid(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        switch scheme {
        case .ed25519(let key): return key.isValidSignature(signature, for: message)
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA256.hash(data: message))
        case .p384(let key):
            guard let signature = try? P384.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA384.hash(data: message))
        case .rsa(let key, let padding):
            let signature = _RSA.Signing.RSASignature(rawRepresentation: Data(signature))
            return key.isValidSignature(signature, for: SHA256.hash(data: message), padding: padding)
        }
    }
}
