internal import AsyncHTTPClient
internal import Foundation
internal import HTTPSupport
internal import NIOCore
internal import NIOHTTP1

/// Sends bytes of the OpenTelemetry protocol to a collector over HTTP. ``shutDown()`` has to be called in the end.
package struct OTLPSender: Sendable {
    private let address: String
    private let client: HTTPClient

    /// - Parameter address: of the collector, up to `/v1`.
    package init(_ address: String, environment: [String: String]) throws(TelemetryError) {
        guard let server = WebAddress(address) else {
            throw TelemetryError(
                .badAddress, "telemetry.otlp is no address of a collector; give one such as http://collector:4318")
        }
        self.address = server.text.hasSuffix("/") ? String(server.text.dropLast()) : server.text
        do {
            let proxies = ProxySettings(environment: environment)
            var configuration = try HTTPClient.Configuration.download(
                environment, connect: .seconds(5), stall: .seconds(10))
            let choice = try proxies.choice(
                host: server.host, port: server.port, isEncrypted: server.isEncrypted)
            if choice.proxy != nil {
                configuration.proxy = try proxies.proxy(isEncrypted: server.isEncrypted)?.configuration
            }
            client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        } catch {
            throw TelemetryError(.badAddress, "\(error)", underlying: error)
        }
    }

    package func shutDown() async { _ = try? await client.shutdown() }

    /// - Parameter signal: `metrics` or `traces`.
    func send(_ body: Data, _ signal: String, within timeout: Duration) async throws(TelemetryError) {
        var request = HTTPClientRequest(url: "\(address)/v1/\(signal)")
        request.method = .POST
        request.headers.replaceOrAdd(name: "content-type", value: "application/x-protobuf")
        request.headers.replaceOrAdd(name: "user-agent", value: "brim")
        request.body = .bytes(ByteBuffer(bytes: body))
        let status: UInt
        do {
            let response = try await client.execute(request, timeout: TimeAmount(timeout))
            status = response.status.code
            // What it says is of no use here; a little of it is read so that the connection can be used again.
            _ = try? await response.body.collect(upTo: 1 << 16)
        } catch {
            throw TelemetryError(
                .unreachable, "the collector cannot be reached (\(connectionReason(error))); see telemetry.otlp",
                underlying: error)
        }
        guard (200..<300).contains(status) else {
            throw TelemetryError(
                .unreachable, "the collector does not take what is sent (status \(status)); see telemetry.otlp")
        }
    }
}
