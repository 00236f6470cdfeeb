import Foundation

enum Processes {
    /// The nearest descendant of `parent` whose name is `name`.
    static func child(of parent: Int32, named name: String) throws -> Int32? {
        for child in children(of: parent) {
            let command = try String(contentsOfFile: "/proc/\(child)/comm", encoding: .utf8)
            if command.trimmingCharacters(in: .newlines) == name { return child }
            if let deeper = try Self.child(of: child, named: name) { return deeper }
        }
        return nil
    }

    private static func children(of parent: Int32) -> [Int32] {
        let path = "/proc/\(parent)/task/\(parent)/children"
        // A process that has just ended has no children.
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return text.split(separator: " ").compactMap { Int32($0) }
    }
}
