/// One finished CSI sequence from a keyboard, and what it means.
struct ControlSequence {
    /// `<`, `=`, `>` or `?` where the parameters begin with it.
    private var marker: UInt8?
    /// Parameters, each with its sub-parameters; missing numbers are `nil`.
    private var parameters: [[Int?]]
    private var final: UInt8

    /// Largest number that is told apart; every scalar value and key code lies below.
    private static let maximumNumber = 0x11_0000

    init(_ bytes: [UInt8], final: UInt8) {
        var bytes = bytes[...]
        if let first = bytes.first, (0x3C...0x3F).contains(first) { marker = bytes.removeFirst() }
        self.final = final
        parameters = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { field in
            field.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map(Self.number)
        }
    }

    var isPasteStart: Bool { marker == nil && final == UInt8(ascii: "~") && code == 200 }

    /// `nil` for what Brim does not know.
    var event: InputEvent? {
        switch (marker, final) {
        case (UInt8(ascii: "<"), UInt8(ascii: "M")), (UInt8(ascii: "<"), UInt8(ascii: "m")): return mouse
        case (UInt8(ascii: "?"), UInt8(ascii: "u")): return code.map { .keyboardProtocol(flags: $0) }
        case (UInt8(ascii: "?"), UInt8(ascii: "c")): return .deviceAttributes
        case (.some, _): return nil
        case (nil, UInt8(ascii: "I")) where parameters[0][0] == nil: return .focus(true)
        case (nil, UInt8(ascii: "O")) where parameters[0][0] == nil: return .focus(false)
        case (nil, UInt8(ascii: "u")): return kitty.map(InputEvent.key)
        case (nil, UInt8(ascii: "~")) where code == 27: return otherKey.map(InputEvent.key)
        default: return legacy.map(InputEvent.key)
        }
    }

    // MARK: - Keys

    private var code: Int? { parameters[0][0] }

    /// Keys that end in a letter, and keys with a number that end in `~` (rxvt: `$`, `^`, `@`).
    private var legacy: KeyEvent? {
        let held = Self.modifiers(parameter(1))
        switch final {
        case UInt8(ascii: "Z"): return KeyEvent(.tab, held.union(.shift), kind)
        case 0x61...0x64:
            return Self.letterKeys[final - 0x20].map { KeyEvent($0, held.union(.shift), kind) }
        case UInt8(ascii: "~"): return code.flatMap(Self.numberedKey).map { KeyEvent($0, held, kind) }
        case UInt8(ascii: "$"): return code.flatMap(Self.numberedKey).map { KeyEvent($0, .shift) }
        case UInt8(ascii: "^"): return code.flatMap(Self.numberedKey).map { KeyEvent($0, .control) }
        case UInt8(ascii: "@"): return code.flatMap(Self.numberedKey).map { KeyEvent($0, [.control, .shift]) }
        default: return Self.letterKeys[final].map { KeyEvent($0, held, kind) }
        }
    }

    /// xterm's modifyOtherKeys: `CSI 27 ; modifiers ; code ~`.
    private var otherKey: KeyEvent? {
        guard let code = parameter(2) else { return nil }
        return Self.textKey(code, shifted: nil, typed: nil, Self.modifiers(parameter(1)), .press)
    }

    /// kitty: `CSI code : shifted : base ; modifiers : event ; text u`.
    private var kitty: KeyEvent? {
        guard let code else { return nil }
        if let key = Self.kittyKeypad(code) { return Self.textOr(key, Self.modifiers(parameter(1)), kind) }
        if (57344...63743).contains(code) { return nil }  // lock, media and modifier keys by themselves
        let shifted = parameters[0].count > 1 ? parameters[0][1] : nil
        return Self.textKey(code, shifted: shifted, typed: parameter(2), Self.modifiers(parameter(1)), kind)
    }

    private static func textOr(_ key: Key, _ held: Modifiers, _ kind: KeyEvent.Kind) -> KeyEvent {
        if case .character = key { return KeyEvent(key, held.subtracting(.shift), kind) }
        return KeyEvent(key, held, kind)
    }

    private static func textKey(
        _ code: Int, shifted: Int?, typed: Int?, _ held: Modifiers, _ kind: KeyEvent.Kind
    ) -> KeyEvent? {
        switch code {
        case 13: return KeyEvent(.enter, held, kind)
        case 9: return KeyEvent(.tab, held, kind)
        case 27: return KeyEvent(.escape, held, kind)
        case 8, 127: return KeyEvent(.backspace, held, kind)
        default: break
        }
        guard var character = character(code) else { return nil }
        let isCommand = !held.isDisjoint(with: [.control, .alt, .command])
        if isCommand {
            character = Character(character.lowercased())
        } else if let typed = typed.flatMap(Self.character) {
            character = typed
        } else if held.contains(.shift) {
            let upper = character.uppercased()
            character = shifted.flatMap(Self.character) ?? (upper.count == 1 ? Character(upper) : character)
        }
        return KeyEvent(.character(character), isCommand ? held : held.subtracting(.shift), kind)
    }

    /// A character that may be typed: no control, no code beyond Unicode.
    private static func character(_ code: Int) -> Character? {
        guard code >= 0x20, !(0x7F..<0xA0).contains(code) else { return nil }
        return UInt32(exactly: code).flatMap(Unicode.Scalar.init).map(Character.init)
    }

    private var kind: KeyEvent.Kind {
        guard parameters.count > 1, parameters[1].count > 1 else { return .press }
        switch parameters[1][1] {
        case 2: return .repeat
        case 3: return .release
        default: return .press
        }
    }

    /// The modifiers of a parameter: one more than the sum of their bits.
    static func modifiers(_ parameter: Int?) -> Modifiers {
        guard let parameter, (2...256).contains(parameter) else { return [] }
        let bits = parameter - 1
        var held = Modifiers(rawValue: UInt8(bits & 0b1111))
        if bits & 0b10_0000 != 0 { held.insert(.alt) }  // meta
        return held
    }

    private func parameter(_ index: Int) -> Int? {
        index < parameters.count ? parameters[index][0] : nil
    }

    // MARK: - Mouse

    /// What three bytes behind `ESC [ M` say: a button and a place, each 32 more than it is. No release names its button.
    static func oldMouse(_ bytes: [UInt8]) -> InputEvent? {
        guard bytes.allSatisfy({ $0 >= 32 }), bytes[1] > 32, bytes[2] > 32 else { return nil }
        let numbers = bytes.map { "\($0 - 32)" }
        let isRelease = (bytes[0] - 32) & 0b110_0011 == 3
        let text = "<" + numbers.joined(separator: ";")
        return ControlSequence(Array(text.utf8), final: UInt8(ascii: isRelease ? "m" : "M")).event
    }

    private var mouse: InputEvent? {
        guard let button = code, let column = parameter(1), let row = parameter(2), column > 0, row > 0 else {
            return nil
        }
        var held: Modifiers = []
        if button & 4 != 0 { held.insert(.shift) }
        if button & 8 != 0 { held.insert(.alt) }
        if button & 16 != 0 { held.insert(.control) }
        let kind: MouseEvent.Kind
        switch button & ~0b1_1100 {
        case 64: kind = .wheelUp
        case 65: kind = .wheelDown
        case let other where other & 32 != 0: kind = .move
        default: kind = final == UInt8(ascii: "M") ? .press : .release
        }
        let pressed = kind == .press || kind == .release ? button & 3 : 0
        return .mouse(MouseEvent(kind, at: Position(row: row - 1, column: column - 1), held, button: pressed))
    }

    // MARK: - Numbers and tables

    private static func number(_ digits: some Sequence<UInt8>) -> Int? {
        var value: Int?
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = min((value ?? 0) * 10 + Int(digit - 0x30), maximumNumber)
        }
        return value
    }

    private static let letterKeys: [UInt8: Key] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
        UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end,
        UInt8(ascii: "P"): .function(1), UInt8(ascii: "Q"): .function(2), UInt8(ascii: "R"): .function(3),
        UInt8(ascii: "S"): .function(4),
    ]

    private static func numberedKey(_ number: Int) -> Key? {
        switch number {
        case 1, 7: .home
        case 2: .insert
        case 3: .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        case 11...15: .function(number - 10)
        case 17...21: .function(number - 11)
        case 23...26: .function(number - 12)
        case 28, 29: .function(number - 13)
        case 31...34: .function(number - 14)
        default: nil
        }
    }

    /// kitty's codes for the keypad and the later function keys.
    private static func kittyKeypad(_ code: Int) -> Key? {
        switch code {
        case 57376...57398: .function(code - 57363)
        case 57399...57408: .character(Character(Unicode.Scalar(UInt8(code - 57399) + 0x30)))
        case 57409: .character(".")
        case 57410: .character("/")
        case 57411: .character("*")
        case 57412: .character("-")
        case 57413: .character("+")
        case 57414: .enter
        case 57415: .character("=")
        case 57416: .character(",")
        case 57417: .left
        case 57418: .right
        case 57419: .up
        case 57420: .down
        case 57421: .pageUp
        case 57422: .pageDown
        case 57423: .home
        case 57424: .end
        case 57425: .insert
        case 57426: .delete
        default: nil
        }
    }
}

/// Keys that arrive as `ESC O` and one byte: cursor keys in application mode, F1 to F4, the keypad, rxvt's Ctrl-arrows.
enum SingleShift {
    static func key(_ byte: UInt8) -> KeyEvent? {
        switch byte {
        case UInt8(ascii: "A"): KeyEvent(.up)
        case UInt8(ascii: "B"): KeyEvent(.down)
        case UInt8(ascii: "C"): KeyEvent(.right)
        case UInt8(ascii: "D"): KeyEvent(.left)
        case UInt8(ascii: "H"): KeyEvent(.home)
        case UInt8(ascii: "F"): KeyEvent(.end)
        case UInt8(ascii: "P")...UInt8(ascii: "S"): KeyEvent(.function(Int(byte) - 0x4F))
        case UInt8(ascii: "M"): KeyEvent(.enter)
        case UInt8(ascii: "a"): KeyEvent(.up, .control)
        case UInt8(ascii: "b"): KeyEvent(.down, .control)
        case UInt8(ascii: "c"): KeyEvent(.right, .control)
        case UInt8(ascii: "d"): KeyEvent(.left, .control)
        case UInt8(ascii: "X"): KeyEvent(.character("="))
        case UInt8(ascii: "j")...UInt8(ascii: "y"): KeyEvent(.character(Character(Unicode.Scalar(byte - 0x40))))
        default: nil
        }
    }
}
