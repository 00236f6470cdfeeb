import Testing

@testable import HTTPSupport

struct ProxySettingsTests {
    private func choice(
        _ environment: [String: String], _ host: String = "api.example.com", port: Int = 443, isEncrypted: Bool = true
    ) throws -> ProxySettings.Choice {
        try ProxySettings(environment: environment).choice(host: host, port: port, isEncrypted: isEncrypted)
    }

    @Test("the variable for the scheme counts before the one for all, and lower case before upper case")
    func variables() throws {
        #expect(try choice([:]).proxy == nil)
        #expect(try choice(["HTTPS_PROXY": "http://proxy:3128"]).proxy?.description == "proxy:3128")
        #expect(try choice(["HTTPS_PROXY": "http://a:1", "https_proxy": "http://b:2"]).proxy?.description == "b:2")
        #expect(try choice(["ALL_PROXY": "http://a:1", "HTTPS_PROXY": "http://b:2"]).variable == "HTTPS_PROXY")
        #expect(try choice(["ALL_PROXY": "socks5://a"]).proxy?.description == "a:1080")
        #expect(try choice(["HTTPS_PROXY": "proxy:3128"]).proxy?.description == "proxy:3128")
        #expect(try choice(["HTTPS_PROXY": "http://user:p%40ss@proxy"]).proxy?.description == "proxy:80")
        #expect(try choice(["HTTP_PROXY": "http://a:1"]).proxy == nil, "it is not for https")
        #expect(try choice(["HTTPS_PROXY": "  "]).proxy == nil)
    }

    @Test(
        "NO_PROXY names what is reached without one",
        arguments: [
            ("api.example.com", true), ("example.com", true), (".example.com", true), ("*.example.com", true),
            ("*", true), ("other.org, example.com", true), ("other.org example.com", true),
            ("api.example.com:443", true), ("api.example.com:8443", false), ("ample.com", false), ("other.org", false),
            ("", false), ("10.0.0.0/8", false), ("API.EXAMPLE.COM", true),
        ])
    func exceptions(list: String, isExcepted: Bool) throws {
        let choice = try choice(["HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": list])
        #expect((choice.proxy == nil) == isExcepted && (choice.variable == "NO_PROXY") == isExcepted)
    }

    @Test("networks are excepted by their numbers")
    func networks() throws {
        let environment = ["HTTPS_PROXY": "http://proxy:3128", "no_proxy": "10.0.0.0/8,192.168.1.7"]
        #expect(try choice(environment, "10.200.3.4").proxy == nil)
        #expect(try choice(environment, "192.168.1.7").proxy == nil)
        #expect(try choice(environment, "192.168.1.70").proxy?.description == "proxy:3128")
        #expect(try choice(environment, "11.0.0.1").proxy?.description == "proxy:3128")
    }

    @Test("an address of this device is never asked by way of a proxy")
    func loopback() throws {
        let environment = [
            "HTTPS_PROXY": "http://proxy:1", "HTTP_PROXY": "http://proxy:1", "ALL_PROXY": "http://proxy:1",
        ]
        for host in ["localhost", "LocalHost", "127.0.0.1", "127.9.8.7", "[::1]", "::1"] {
            #expect(try choice(environment, host, port: 8000, isEncrypted: false).proxy == nil, "\(host)")
            #expect(try choice(environment, host).proxy == nil, "\(host)")
        }
        // What only looks like this device is another.
        for host in [
            "127.0.0.1.example.com", "127.1", "127.0.0.256", "0127.0.0.1", "localhost.example.com", "128.0.0.1",
        ] {
            #expect(!isLoopback(host))
            #expect(try choice(environment, host).proxy != nil, "\(host)")
        }
    }

    @Test(
        "a proxy that cannot be used is told by the name of its variable, never by its password",
        arguments: [
            "https://127.0.0.1:1", "socks5://me:hunter2@127.0.0.1:1", "http://", "http://127.0.0.1:99999", "ftp://x",
        ])
    func unusable(text: String) {
        let fault = #expect(throws: ProxyFault.self) { try choice(["https_proxy": text]) }
        #expect(fault?.variable == "https_proxy" && fault?.description.contains("https_proxy") == true)
        #expect(fault?.description.contains("hunter2") == false)
    }
}
