import Testing

@testable import ModelCatalogue

@Suite struct ModelAddressTests {
    @Test(
        "Every form of an address is read, and is typed again as it was",
        arguments: [
            "hf:Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            "hf:owner/repo/folder/file.gguf@refs/pr/3", "hf:o/r/f.gguf@0123456789abcdef0123456789abcdef01234567",
            "ollama:qwen2.5-coder:1.5b", "ollama:127.0.0.1:5000/library/tiny:latest",
            "ollama:someone/model:7b", "ollama:tiny@sha256:\(String(repeating: "a", count: 64))",
            "https://example.com/a%20b/f.gguf?x=1#sha256=\(String(repeating: "0", count: 64))",
            "http://127.0.0.1:8000/f.gguf#sha256=\(String(repeating: "0", count: 64))", "file:/tmp/x.gguf",
            "smollm2-135m",
        ])
    func reads(text: String) throws {
        #expect(try ModelAddress(text).text == text)
    }

    @Test("What is left out has the values that its makers chose")
    func defaults() throws {
        guard case .hub(let file) = try ModelAddress("hf:o/r/f.gguf"),
            case .registry(let model) = try ModelAddress("ollama:x")
        else { throw CatalogueError(.badAddress, "another case") }
        #expect(file == HubFile(repository: "o/r", path: "f.gguf", revision: "main"))
        #expect(model.host == "registry.ollama.ai" && model.repository == "library/x" && model.reference == "latest")
        #expect(try ModelAddress("./x.gguf") == .file(path: "./x.gguf"))
    }

    @Test(
        "What would lead elsewhere, or says too little, is refused with the form that was expected",
        arguments: [
            "hf:", "hf:o/r", "hf:o/../f.gguf", "hf:o/r/../../etc/passwd", "hf:o/r/f.gguf@", "hf:o/r/f.gguf@../x",
            "hf:o/r/f\u{1B}[2J.gguf", "hf:o//f.gguf", "ollama:", "ollama:../x", "ollama:x:", "ollama:x:a/b",
            "ollama:host:99999/library/x:1", "ollama:x@sha256:12", "https://example.com/f.gguf",
            "https://example.com/f.gguf#sha256=12",
            "http://example.com/f.gguf#sha256=\(String(repeating: "0", count: 64))",
            "http://127.0.0.1.example.com/f#sha256=\(String(repeating: "0", count: 64))",
            "ftp://example.com/f#sha256=\(String(repeating: "0", count: 64))",
            "https://example.com:70000/f#sha256=\(String(repeating: "0", count: 64))", "https://#sha256=0",
        ])
    func refuses(text: String) {
        let error = #expect(throws: CatalogueError.self) { try ModelAddress(text) }
        #expect(error?.code == .badAddress)
        #expect(error?.description.contains("\u{1B}") == false)
    }

    @Test("No message shows the name and password of an address")
    func hidesPasswords() {
        let error = #expect(throws: CatalogueError.self) { try ModelAddress("https://me:hunter2@example.com/f.gguf") }
        #expect(error?.description.contains("hunter2") == false)
    }
}
