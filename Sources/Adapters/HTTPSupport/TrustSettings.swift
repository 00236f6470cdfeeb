package import NIOSSL

/// A variable of the environment that names no certificates that can be used.
package struct TrustFault: Error, CustomStringConvertible {
    package let variable: String
    /// As it is set.
    package let path: String
    package let description: String
}

/// The authorities that the environment names for all programs: `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE` or `CURL_CA_BUNDLE`.
package enum TrustSettings {
    /// The certificates of the first of these variables that is set; `nil` where none is.
    package static func authorities(_ environment: [String: String]) throws(TrustFault) -> [NIOSSLCertificate]? {
        for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
            guard let path = environment[name], !path.isEmpty else { continue }
            let certificates = (try? NIOSSLCertificate.fromPEMFile(path)) ?? []
            guard !certificates.isEmpty else {
                throw TrustFault(
                    variable: name, path: path,
                    description: "\(name) names a file that holds no PEM certificate; correct it or unset it")
            }
            return certificates
        }
        return nil
    }
}
