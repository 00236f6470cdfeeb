import Testing

@testable import HTTPSupport

@Suite struct WebAddressTests {
    @Test("An address has a server, a port and what is asked for; a name and a password are no part of it")
    func parts() throws {
        let address = try #require(WebAddress("https://jo:p%40ss@host.example:8443/a%2Fb?c=1#d"))
        #expect(address.text == "https://host.example:8443/a%2Fb?c=1" && address.host == "host.example")
        #expect(address.port == 8443 && address.isEncrypted && address.path == "/a%2Fb")
        #expect(address.userInfo == "jo:p@ss" && address.server == "host.example:8443")
        let plain = try #require(WebAddress("HTTP://Host"))
        #expect(plain.port == 80 && !plain.isEncrypted && plain.userInfo == nil && plain.server == "host")
    }

    @Test(
        "What no web server has is no address",
        arguments: ["", "host", "/path", "ftp://host/", "file:///etc/passwd", "http://", "https://:1/", "http://h:0/"])
    func refused(text: String) { #expect(WebAddress(text) == nil) }

    @Test("A redirect leads on from where it stands, never from what is encrypted into the clear")
    func redirects() throws {
        let address = try #require(WebAddress("https://host/a/b"))
        #expect(address.following("c")?.text == "https://host/a/c")
        #expect(address.following("/c")?.text == "https://host/c")
        #expect(address.following("//other/c")?.text == "https://other/c")
        for location in ["", "http://host/c", "ftp://host/c", "file:///c"] {
            #expect(address.following(location) == nil)
        }
        #expect(WebAddress("http://host/a")?.following("https://host/b")?.isEncrypted == true)
    }
}
