internal import AssistantCore

/// Metadata with its signatures, before anybody has looked whether they are right.
struct SignedEnvelope: Sendable {
    /// What is signed.
    let signed: MetadataValue
    /// By identifier of the key. What is no hexadecimal number is empty: it counts for nothing and spoils nothing.
    private let signatures: [String: [UInt8]]
    private let message: [UInt8]

    /// Reads the envelope of a role.
    ///
    /// - Parameter type: what `_type` has to say.
    /// - Throws: ``UpdateError/Code/malformed``; a key that signs twice makes the whole malformed.
    init(_ text: [UInt8], type: String) throws(UpdateError) {
        let value = try MetadataValue(parsing: text)
        guard let signed = value["signed"], signed.object != nil, let list = value["signatures"]?.array,
            list.count <= RoleKeys.most
        else { throw UpdateError(.malformed, "has no signed part, or no list of signatures") }
        var signatures: [String: [UInt8]] = [:]
        for element in list {
            guard let identifier = element["keyid"]?.string, let text = element["sig"]?.string,
                signatures.updateValue(Hexadecimal.decode(text, allowsUpperCase: true) ?? [], forKey: identifier) == nil
            else { throw UpdateError(.malformed, "has a broken signature, or two by one key") }
        }
        guard let found = signed["_type"]?.string, found == type else {
            throw UpdateError(.malformed, "is not of the type \(type)")
        }
        guard let specification = signed["spec_version"]?.string,
            specification.split(separator: ".", omittingEmptySubsequences: false).first == "1"
        else { throw UpdateError(.malformed, "follows no version 1 of the specification") }
        self.signed = signed
        self.signatures = signatures
        message = CanonicalJSON.bytes(of: signed)
    }

    /// Throws ``UpdateError/Code/unsigned`` unless as many different keys of the role have signed as have to.
    func requireSignatures(of role: RoleKeys, _ keys: [String: VerificationKey]) throws(UpdateError) {
        var signers: Set<[UInt8]> = []
        for identifier in role.identifiers {
            guard let signature = signatures[identifier], let key = keys[identifier], !signers.contains(key.identity)
            else { continue }
            if key.isValid(signature, for: message) { signers.insert(key.identity) }
            if signers.count >= role.threshold { return }
        }
        throw UpdateError(.unsigned, "is signed by \(signers.count) of the \(role.threshold) keys that have to sign")
    }
}
