import AssistantCore
import NIOSSL

/// Files for TLS beyond the system's own.
package struct TLSFiles: Sendable, Hashable {
    /// PEM certificates that a server's must descend from, instead of the system's.
    package var trustRoots: String?
    /// PEM chain by which this device proves itself, its own certificate first.
    package var clientCertificate: String?
    /// PEM private key of the client certificate, without a passphrase; private to its owner.
    package var clientKey: String?

    package init(trustRoots: String? = nil, clientCertificate: String? = nil, clientKey: String? = nil) {
        self.trustRoots = trustRoots
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
    }
}

extension TLSFiles {
    /// Reads the files. TLS 1.2 at least; the server is always verified.
    func configuration() throws(CloudFailure) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let trustRoots {
            tls.trustRoots = .certificates(try Self.certificates(trustRoots))
        }
        switch (clientCertificate, clientKey) {
        case (nil, nil): break
        case (let certificate?, let key?):
            tls.certificateChain = try Self.certificates(certificate).map { .certificate($0) }
            tls.privateKey = .privateKey(try Self.key(key))
        default:
            throw Self.unusable("A client certificate and its key belong together. Configure both, or neither.")
        }
        return tls
    }

    private static func certificates(_ path: String) throws(CloudFailure) -> [NIOSSLCertificate] {
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(path)
            if !certificates.isEmpty { return certificates }
        } catch {
            // Whatever is wrong with the file, the sentence below is what helps.
        }
        throw unusable("\(ServerText.cleaned(path, limit: 120)) holds no PEM certificate. Check the path and the file.")
    }

    private static func key(_ path: String) throws(CloudFailure) -> NIOSSLPrivateKey {
        let bytes = try CredentialFile.read(path)
        do {
            return try NIOSSLPrivateKey(bytes: bytes, format: .pem)
        } catch {
            throw unusable(
                "\(ServerText.cleaned(path, limit: 120)) holds no PEM private key, or one with a passphrase. "
                    + "Give a key without one.")
        }
    }

    private static func unusable(_ message: String) -> CloudFailure {
        CloudFailure(.tls, billing: .nothingSent, message: message)
    }
}
