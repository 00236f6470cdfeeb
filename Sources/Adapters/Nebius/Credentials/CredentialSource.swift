import AssistantCore

/// Where the key of the cloud comes from. It is read when a request needs it, so a changed file is noticed.
package enum CredentialSource: Sendable {
    /// A key that was given directly.
    case value(Secret)
    /// A file that only its owner can read.
    case file(String)
    /// A file in systemd's `$CREDENTIALS_DIRECTORY`.
    case systemd(String)
    /// Short-lived tokens from the owner's gateway, to which the device proves itself by its client certificate. The
    /// address is that of the token endpoint.
    case gateway(url: String)
    /// Nothing is sent: for servers that want no key.
    case none
    /// Nothing is configured: every request fails with this sentence.
    case missing(String)

    /// The first that is there: the configured gateway, the configured key file, systemd's `nebius_api_key`, and
    /// `NEBIUS_API_KEY`.
    package static func discover(
        gateway: String? = nil, keyFile: String? = nil, environment: [String: String]
    ) -> CredentialSource {
        if let gateway { return .gateway(url: gateway) }
        if let keyFile { return .file(keyFile) }
        if let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty {
            let path = directory + "/nebius_api_key"
            if CredentialFile.exists(path) { return .systemd(path) }
        }
        guard let key = environment["NEBIUS_API_KEY"], !key.isEmpty else {
            return .missing("No key for the cloud. Set NEBIUS_API_KEY, or name a key file in the configuration.")
        }
        guard let secret = Secret(key) else {
            return .missing("NEBIUS_API_KEY holds no usable key: it may not contain spaces, controls or non-ASCII.")
        }
        return .value(secret)
    }
}
