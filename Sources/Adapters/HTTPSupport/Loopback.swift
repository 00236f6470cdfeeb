/// Says whether `host` names this device: `localhost`, `::1` with or without brackets, or an address of `127.0.0.0/8` in
/// four plain decimal numbers. Names are not looked up: no name server decides where this device is.
package func isLoopback(_ host: String) -> Bool {
    if ["localhost", "::1", "[::1]"].contains(host.lowercased()) { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { part in
        (1...3).contains(part.count) && part.allSatisfy { $0.isASCII && $0.isNumber } && UInt8(part) != nil
            && (part == "0" || part.first != "0")
    }
    return parts.count == 4 && isPlain && parts[0] == "127"
}
