import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// A certificate authority that lives for one test.
package struct TestAuthority: Sendable {
    /// A certificate and its key, as PEM.
    package struct Identity: Sendable {
        package let certificate: String
        package let key: String
    }

    /// When a certificate is valid, seen from now.
    package enum Validity: Sendable {
        case current, expired
    }

    private let name: DistinguishedName
    private let key = P256.Signing.PrivateKey()
    /// The authority's own certificate, as PEM.
    package let certificate: String

    package init(_ name: String = "Brim Test Authority") throws {
        self.name = try DistinguishedName { CommonName(name) }
        certificate = try Self.certificate(
            subject: self.name, key: key.publicKey, issuer: self.name, issuerKey: key, .current
        ) {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
            Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        }
    }

    /// A certificate for a server: of `localhost` and 127.0.0.1, or of the given name alone.
    package func server(of name: String? = nil, _ validity: Validity = .current) throws -> Identity {
        let loopback = GeneralName.ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))
        let names = name.map { [GeneralName.dnsName($0)] } ?? [.dnsName("localhost"), loopback]
        return try identity("server", validity) {
            SubjectAlternativeNames(names)
            try ExtendedKeyUsage([.serverAuth])
        }
    }

    /// A certificate for a client.
    package func client(_ validity: Validity = .current) throws -> Identity {
        try identity("device", validity) { try ExtendedKeyUsage([.clientAuth]) }
    }

    private func identity(
        _ subject: String, _ validity: Validity,
        @ExtensionsBuilder _ extensions: () throws -> Result<Certificate.Extensions, any Error>
    ) throws -> Identity {
        let own = P256.Signing.PrivateKey()
        let certificate = try Self.certificate(
            subject: try DistinguishedName { CommonName(subject) }, key: own.publicKey, issuer: name, issuerKey: key,
            validity, extensions)
        return Identity(certificate: certificate, key: own.pemRepresentation)
    }

    private static func certificate(
        subject: DistinguishedName, key: P256.Signing.PublicKey, issuer: DistinguishedName,
        issuerKey: P256.Signing.PrivateKey, _ validity: Validity,
        @ExtensionsBuilder _ extensions: () throws -> Result<Certificate.Extensions, any Error>
    ) throws -> String {
        let hour = 3600.0
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: Certificate.PublicKey(key),
            notValidBefore: Date() - 48 * hour, notValidAfter: Date() + (validity == .current ? 48 : -24) * hour,
            issuer: issuer, subject: subject, extensions: try Certificate.Extensions(builder: extensions),
            issuerPrivateKey: Certificate.PrivateKey(issuerKey))
        return try certificate.serializeAsPEM().pemString
    }
}
