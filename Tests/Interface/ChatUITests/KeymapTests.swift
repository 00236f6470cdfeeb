import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

/// Keys by name, and other keys for commands.
struct KeymapTests {
    @Test("a key's name is read as it is written", arguments: Command.allCases)
    func names(command: Command) {
        let name = Keymap().name(of: command)
        #expect(KeyChord(name) == command.defaultKey)
        #expect(KeyChord(name.lowercased().replacing("-", with: "+")) == command.defaultKey)
    }

    @Test(
        "what types text, and what is no key, is refused",
        arguments: ["a", "Shift-A", "", "-", "F99", "Hyper-X", "Ctrl-"])
    func refused(name: String) {
        #expect(KeyChord(name) == nil)
        #expect(throws: Keymap.Refusal.unknownKey(name)) { try Keymap([.new: name]) }
    }

    @Test("a command has its new key and not its old one; keys may be exchanged, but not shared or taken from writing")
    func rebinds() throws {
        let keymap = try Keymap([.new: "Ctrl-G", .find: "Ctrl-N"])
        #expect(keymap.command(for: KeyEvent(.character("g"), .control)) == .new)
        #expect(keymap.command(for: KeyEvent(.character("n"), .control)) == .find)
        #expect(keymap.command(for: KeyEvent(.character("f"), .control)) == nil)
        #expect(throws: Keymap.Refusal.taken(KeyChord(.function(1)), by: .help)) { try Keymap([.new: "F1"]) }
        #expect(throws: Keymap.Refusal.reserved(KeyChord(.enter))) { try Keymap([.new: "Enter"]) }
    }
}
