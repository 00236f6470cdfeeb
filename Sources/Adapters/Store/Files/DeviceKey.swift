internal import AssistantCore
internal import Crypto
internal import Foundation

/// The device's secret: 32 random bytes, made once, from which two keys are derived (HKDF-SHA-256, one name each).
///
/// Whoever has the file can sign checkpoints in the device's name and test guesses at what was said.
struct DeviceKey: Sendable {
    /// Signs checkpoints of the audit log.
    let signing: Curve25519.Signing.PrivateKey
    /// Keys the digests of texts in the audit log, so that short texts cannot be found by trying.
    private let digest: SymmetricKey

    static let byteCount = 32

    init(secret: Data) throws(StoreError) {
        let master = SymmetricKey(data: secret)
        func derive(_ name: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: master, info: Data(name.utf8), outputByteCount: Self.byteCount)
        }
        let seed = unsafe derive("brim audit checkpoint signing 1").withUnsafeBytes { unsafe Data($0) }
        do {
            signing = try Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        } catch {
            throw StoreError(.checkpoint, "The device's signing key could not be made from its secret.")
        }
        digest = derive("brim audit text digest 1")
    }

    /// A key that nobody will ever have again: for a store in memory.
    static func ephemeral() throws(StoreError) -> DeviceKey { try DeviceKey(secret: randomSecret()) }

    /// Of the signing key: lower-case hexadecimal.
    var publicKey: String { Hexadecimal.encode(signing.publicKey.rawRepresentation) }

    /// HMAC-SHA-256 of the text's UTF-8.
    func digest(of text: String) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: digest))
    }

    static func randomSecret() -> Data {
        unsafe SymmetricKey(size: .bits256).withUnsafeBytes { unsafe Data($0) }
    }
}

extension DeviceKey {
    /// Reads the directory's key, or makes it. A damaged one is moved aside and named in the warning, and so is a key
    /// that others could read (which is then made private). The caller holds the directory's lock.
    static func load(from directory: StoreDirectory, at now: Timestamp) throws -> (
        key: DeviceKey, warning: StoreWarning?
    ) {
        let file = directory.deviceKey
        guard directory.exists(file) else { return (try create(in: directory), nil) }
        let wasExposed = directory.mode(of: file) & 0o077 != 0
        try directory.makePrivate(file, creating: false)
        let secret = try Data(contentsOf: URL(fileURLWithPath: file))
        guard secret.count == byteCount else {
            let aside = try directory.freeName(beside: file, word: "damaged", at: now)
            try directory.rename(file, to: aside)
            let warning = StoreWarning(
                .deviceKey,
                """
                The device's key was damaged and is kept as \(aside); a new one was made. Earlier checkpoints verify \
                only with the public key of their time.
                """
            )
            return (try create(in: directory), warning)
        }
        let warning = StoreWarning(
            .deviceKey,
            "Others could read \(file); it is closed to them now. To have a new key made, move it away."
        )
        return (try DeviceKey(secret: secret), wasExposed ? warning : nil)
    }

    private static func create(in directory: StoreDirectory) throws -> DeviceKey {
        let secret = randomSecret()
        try directory.writeNew(secret, to: directory.deviceKey)
        return try DeviceKey(secret: secret)
    }
}
