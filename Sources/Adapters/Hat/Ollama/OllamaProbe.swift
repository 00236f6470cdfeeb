package import DeviceSensors

/// Looks at what answers where hailo-ollama should.
package struct OllamaProbe: Sendable {
    private let address: HatAddress
    private let root: SystemRoot
    private let timeouts: OllamaTimeouts

    package init(_ address: HatAddress, root: SystemRoot, timeouts: OllamaTimeouts = OllamaTimeouts()) {
        self.address = address
        self.root = root
        self.timeouts = timeouts
    }

    /// Asks at the address, and where nothing answers there, at the usual one.
    package func sighting() async throws -> OllamaServerState {
        let client = OllamaClient(address: address, timeouts: timeouts)
        do {
            guard try await client.door().contains(OllamaClient.greeting) else { return .stranger }
        } catch let error as HatError where error.code == .notRunning {
            return .absent(elsewhere: try await usual())
        } catch let error as HatError where error.code == .stalled {
            return .unwell("What listens at its address does not answer.")
        } catch is HatError {
            return .stranger
        }
        do {
            return .running(models: try await client.models(), isExposed: isExposed)
        } catch let error as HatError {
            return .unwell("It does not say which models it has: \(error).")
        }
    }

    private func usual() async throws -> String? {
        let usual = try HatAddress()
        guard usual != address else { return nil }
        do {
            let said = try await OllamaClient(address: usual, timeouts: timeouts).door()
            return said.contains(OllamaClient.greeting) ? usual.description : nil
        } catch is HatError {
            return nil
        }
    }

    /// Whether something listens on that port of every interface, by the kernel's tables.
    private var isExposed: Bool {
        ["/proc/net/tcp", "/proc/net/tcp6"].contains { table in
            (root.text(table) ?? "").split(separator: "\n").contains { line in
                let fields = line.split(separator: " ")
                guard fields.count > 3, fields[3] == Self.listening else { return false }
                let local = fields[1].split(separator: ":")
                guard local.count == 2, local[0].allSatisfy({ $0 == "0" }) else { return false }
                return Int(local[1], radix: 16) == address.port
            }
        }
    }

    private static let listening = "0A"
}
