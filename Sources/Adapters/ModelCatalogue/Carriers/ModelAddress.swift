/// Where a model comes from, as it is typed: `hf:OWNER/REPO/FILE[@REVISION]`, `ollama:NAME[:TAG]`,
/// `https://…#sha256=…`, the path of a file, or a name of the catalogue.
package enum ModelAddress: Sendable, Hashable {
    case hub(HubFile)
    case registry(RegistryModel)
    case web(WebFile)
    case file(path: String)
    case catalogue(name: String)

    /// Reads an address. Throws ``CatalogueError/Code/badAddress`` with the form that was expected.
    package init(_ text: String) throws(CatalogueError) {
        if let rest = Self.rest(of: text, after: "hf:") {
            self = .hub(try HubFile(rest))
        } else if let rest = Self.rest(of: text, after: "ollama:") {
            self = .registry(try RegistryModel(rest))
        } else if let path = Self.rest(of: text, after: "file:") {
            self = .file(path: path)
        } else if text.contains("://") {
            self = .web(try WebFile(text))
        } else if text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") || text.hasPrefix("~/") {
            self = .file(path: text)
        } else {
            self = .catalogue(name: text)
        }
    }

    /// As it is typed.
    package var text: String {
        switch self {
        case .hub(let file): file.description
        case .registry(let model): model.description
        case .web(let file): file.url + "#sha256=" + file.sha256
        case .file(let path): "file:" + path
        case .catalogue(let name): name
        }
    }

    /// Whether it says where a file lies, and not only what it is called.
    var isPlace: Bool {
        if case .catalogue = self { false } else { true }
    }

    private static func rest(of text: String, after prefix: String) -> String? {
        text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }
}

/// One file of a repository on a hub that behaves like Hugging Face's.
package struct HubFile: Sendable, Hashable, CustomStringConvertible {
    /// `OWNER/REPO`.
    package var repository: String
    /// Path inside the repository, parts separated by `/`.
    package var path: String
    /// A branch, a tag or a commit.
    package var revision: String

    /// Reads `OWNER/REPO/FILE[@REVISION]`.
    init(_ text: String) throws(CatalogueError) {
        let pieces = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let names = pieces[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let revision = pieces.count == 2 ? String(pieces[1]) : "main"
        guard names.count >= 3, names.allSatisfy(AddressText.isName), AddressText.isRevision(revision) else {
            throw CatalogueError(
                .badAddress,
                "\(AddressText.quoted("hf:" + text)) is no address; write hf:OWNER/REPO/FILE.gguf, "
                    + "with @REVISION where it is not main")
        }
        repository = names[0] + "/" + names[1]
        path = names[2...].joined(separator: "/")
        self.revision = revision
    }

    init(repository: String, path: String, revision: String) {
        self.repository = repository
        self.path = path
        self.revision = revision
    }

    package var description: String {
        "hf:\(repository)/\(path)" + (revision == "main" ? "" : "@\(revision)")
    }
}

/// A model in a registry that speaks OCI's distribution protocol, as Ollama's does.
package struct RegistryModel: Sendable, Hashable, CustomStringConvertible {
    /// Name of the server, with `:PORT` where it is not 443.
    package var host: String
    /// Such as `library/qwen2.5-coder`.
    package var repository: String
    /// A tag, or `sha256:…` of the manifest.
    package var reference: String

    static let defaultHost = "registry.ollama.ai"

    package var description: String {
        let place = host == Self.defaultHost ? "" : host + "/"
        let name =
            host == Self.defaultHost && repository.hasPrefix("library/")
            ? String(repository.dropFirst("library/".count)) : repository
        return "ollama:" + place + name + (reference.hasPrefix("sha256:") ? "@" : ":") + reference
    }

    /// Reads `[HOST/NAMESPACE/]NAME[:TAG]`, or with `@sha256:…` in place of the tag.
    init(_ text: String) throws(CatalogueError) {
        var names = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var reference = "latest"
        let last = names.removeLast()
        let name: String
        if let at = last.firstIndex(of: "@") {
            name = String(last[..<at])
            reference = String(last[last.index(after: at)...])
        } else {
            let pieces = last.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            name = pieces[0]
            if pieces.count == 2 { reference = pieces[1] }
        }
        let host = names.count >= 2 ? names.removeFirst() : Self.defaultHost
        if names.isEmpty { names = ["library"] }
        names.append(name)
        guard names.allSatisfy(AddressText.isName), AddressText.isReference(reference), AddressText.isHost(host) else {
            throw CatalogueError(
                .badAddress,
                "\(AddressText.quoted("ollama:" + text)) is no address; write ollama:NAME, ollama:NAME:TAG "
                    + "or ollama:HOST/NAMESPACE/NAME:TAG")
        }
        self.host = host
        repository = names.joined(separator: "/")
        self.reference = reference
    }
}

/// A file anywhere on the web, with the digest that it must have.
package struct WebFile: Sendable, Hashable {
    /// Without the fragment.
    package var url: String
    /// Lower-case hexadecimal.
    package var sha256: String

    init(_ text: String) throws(CatalogueError) {
        let pieces = text.split(separator: "#", maxSplits: 1).map(String.init)
        guard DownloadURL(pieces.first ?? "") != nil else {
            throw CatalogueError(
                .badAddress,
                "\(AddressText.quoted(text)) is no https address; plain http is taken from this device alone")
        }
        let digest = pieces.count == 2 ? pieces[1].lowercased() : ""
        guard digest.hasPrefix("sha256="), AddressText.isSHA256(String(digest.dropFirst(7))) else {
            throw CatalogueError(
                .badAddress,
                "\(AddressText.quoted(text)) does not say which file it has to be; "
                    + "add #sha256= and the 64 digits of its SHA-256")
        }
        url = pieces[0]
        sha256 = String(digest.dropFirst(7))
    }
}
