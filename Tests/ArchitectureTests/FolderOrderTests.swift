import Testing

@Suite("Folders inside targets")
struct FolderOrderTests {
    static let targets = [
        "Adapters/Hat", "Adapters/Nebius", "Adapters/Store", "Adapters/Updates", "App/brim", "Assistant/AssistantCore",
        "Assistant/Confidence", "Assistant/Knowledge", "Assistant/Routing", "Engine/Grammar", "Interface/ChatUI",
    ]

    @Test("The folders of a target use each other in one direction only", arguments: targets)
    func order(_ target: String) throws {
        let files = try SourceFile.all(in: "Sources/" + target)
        #expect(Set(files.map(\.folder)).count > 1, "\(target) has no folders any more")
        let order = FolderOrder(files)
        #expect(!order.uses.isEmpty)
        #expect(order.circular.map(\.description) == [])
    }

    @Test("A circle of folders is found, by each use that is part of it")
    func circle() {
        let order = FolderOrder([
            SourceFile(folder: "A", name: "A/One.swift", text: "struct One { let two: Two }"),
            SourceFile(folder: "B", name: "B/Two.swift", text: "public struct Two {\n    var three: [Three.Kind]\n}"),
            SourceFile(folder: "C", name: "C/Three.swift", text: "enum Three {\n    case one(One), base(Base)\n}"),
            SourceFile(folder: "D", name: "D/Base.swift", text: "final class Base {}"),
        ])
        #expect(order.circular.map(\.type) == ["Two", "Three", "One"])
        #expect(order.circular.first?.description == "A/One.swift uses Two of B")
    }

    @Test("Comments, texts, members and private types are no uses")
    func noUses() {
        let order = FolderOrder([
            SourceFile(
                folder: "A", name: "A/One.swift",
                text: "struct One {\n    // Two\n    let text = \"Two \\\" Two\"  // Two\n    let kind = Kind.Two\n}"),
            SourceFile(folder: "B", name: "B/Two.swift", text: "struct Two { var hidden: Hidden }"),
            SourceFile(folder: "C", name: "C/Hidden.swift", text: "private struct Hidden { var one: One }"),
        ])
        #expect(order.uses.map(\.type) == ["One"])
    }
}
