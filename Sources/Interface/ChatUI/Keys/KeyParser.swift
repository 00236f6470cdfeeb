/// Turns the bytes of a terminal into events, one byte at a time: what comes out does not depend on how the bytes were
/// split over reads.
///
/// It knows CSI and SS3 keys of xterm, rxvt, the Linux console, tmux and screen, xterm's modifyOtherKeys, kitty's
/// keyboard protocol, bracketed paste, SGR mouse, focus, and UTF-8. Unknown sequences are swallowed, replies of the
/// terminal (OSC, DCS) too, invalid UTF-8 becomes U+FFFD.
package struct KeyParser: Sendable {
    /// Bytes of a paste that are kept; what is longer is cut.
    package static let maximumPaste = 1 << 20
    /// Longest sequence that can mean anything.
    private static let maximumSequence = 64
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    private enum State: Hashable {
        case ground
        case character(UTF8Collector, alt: Bool)
        /// After ESC; `alt` after two of them.
        case escape(alt: Bool)
        case controlSequence([UInt8], alt: Bool)
        /// After `ESC [ M`, as a terminal reports the mouse that does not know the newer form: three bytes follow.
        case oldMouse([UInt8])
        /// After `ESC [ [`, as the Linux console begins its first function keys.
        case consoleFunction
        /// After `ESC O`, with a digit where an old terminal put the modifiers.
        case singleShift(modifier: UInt8?, alt: Bool)
        /// Inside a reply (OSC, DCS, …), which began with this byte after ESC.
        case reply(opener: UInt8, isEmpty: Bool, afterEscape: Bool)
        case paste([UInt8], matched: Int, wasCut: Bool)
    }

    private var state = State.ground

    package init() {}

    /// How long to wait for more bytes before calling ``timeOut()``; `nil` where nothing is pending. The short time is
    /// what tells a lone Esc from the beginning of a sequence.
    package var timeout: Duration? {
        switch state {
        case .ground, .character: nil
        case .paste: .seconds(10)
        default: .milliseconds(40)
        }
    }

    /// Takes bytes as they came from the terminal.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [InputEvent] {
        var events: [InputEvent] = []
        for byte in bytes { take(byte, &events) }
        return events
    }

    /// Nothing came for ``timeout``: what looked like the beginning of a sequence was a key of its own.
    package mutating func timeOut() -> [InputEvent] {
        defer { state = .ground }
        switch state {
        case .ground, .character, .consoleFunction, .oldMouse, .singleShift(modifier: .some, _): return []
        case .escape(let alt): return Array(repeating: .key(KeyEvent(.escape)), count: alt ? 2 : 1)
        case .controlSequence(let bytes, _): return bytes.isEmpty ? [.key(KeyEvent(.character("["), .alt))] : []
        case .singleShift(modifier: .none, _): return [.key(KeyEvent(.character("O"), .alt))]
        case .reply(let opener, let isEmpty, _):
            return isEmpty ? [.key(KeyEvent(.character(Character(Unicode.Scalar(opener))), .alt))] : []
        case .paste(let bytes, _, let wasCut): return [Self.pasted(bytes, wasCut)]
        }
    }

    private mutating func take(_ byte: UInt8, _ events: inout [InputEvent]) {
        switch state {
        case .ground: ground(byte, alt: false, &events)
        case .character(var collector, let alt):
            switch collector.take(byte) {
            case .more: state = .character(collector, alt: alt)
            case .scalar(let scalar):
                state = .ground
                text(scalar, alt: alt, &events)
            case .broken:
                state = .ground
                text("\u{FFFD}", alt: alt, &events)
                take(byte, &events)
            }
        case .escape(let alt): escape(byte, alt: alt, &events)
        case .controlSequence(let bytes, let alt): controlSequence(byte, bytes, alt: alt, &events)
        case .oldMouse(let bytes):
            state = bytes.count < 2 ? .oldMouse(bytes + [byte]) : .ground
            if bytes.count == 2 { events += ControlSequence.oldMouse(bytes + [byte]).map { [$0] } ?? [] }
        case .consoleFunction:
            state = .ground
            if (0x41...0x45).contains(byte) { events.append(.key(KeyEvent(.function(Int(byte) - 0x40)))) }
        case .singleShift(let modifier, let alt): singleShift(byte, modifier, alt: alt, &events)
        case .reply(let opener, _, let afterEscape):
            if byte == 0x07 || (afterEscape && byte == 0x5C) {
                state = .ground
            } else if afterEscape {
                escape(byte, alt: false, &events)
            } else {
                state = .reply(opener: opener, isEmpty: false, afterEscape: byte == 0x1B)
            }
        case .paste: paste(byte, &events)
        }
    }

    /// A byte outside any sequence, or behind an Esc that means Alt.
    private mutating func ground(_ byte: UInt8, alt: Bool, _ events: inout [InputEvent]) {
        state = .ground
        let held: Modifiers = alt ? .alt : []
        func key(_ key: Key, _ more: Modifiers = []) { events.append(.key(KeyEvent(key, held.union(more)))) }
        switch byte {
        case 0x1B: state = .escape(alt: alt)
        case 0x0D: key(.enter)
        case 0x09: key(.tab)
        case 0x7F, 0x08: key(.backspace)
        case 0x00: key(.character(" "), .control)
        case 0x01...0x1A: key(.character(Character(Unicode.Scalar(byte + 0x60))), .control)
        case 0x1C...0x1F: key(.character(Character(Unicode.Scalar(byte + 0x40))), .control)
        case 0x20..<0x7F: key(.character(Character(Unicode.Scalar(byte))))
        default:
            if let collector = UTF8Collector(lead: byte) {
                state = .character(collector, alt: alt)
            } else {
                key(.character("\u{FFFD}"))
            }
        }
    }

    private func text(_ scalar: Unicode.Scalar, alt: Bool, _ events: inout [InputEvent]) {
        guard !(0x80..<0xA0).contains(scalar.value) else { return }
        events.append(.key(KeyEvent(.character(Character(scalar)), alt ? .alt : [])))
    }

    private mutating func escape(_ byte: UInt8, alt: Bool, _ events: inout [InputEvent]) {
        switch byte {
        case 0x5B: state = .controlSequence([], alt: alt)
        case 0x4F: state = .singleShift(modifier: nil, alt: alt)
        case 0x5D, 0x50, 0x58, 0x5E, 0x5F: state = .reply(opener: byte, isEmpty: true, afterEscape: false)
        case 0x1B:
            if alt { events.append(.key(KeyEvent(.escape))) }
            state = .escape(alt: true)
        default:
            if alt { events.append(.key(KeyEvent(.escape))) }
            ground(byte, alt: true, &events)
        }
    }

    private mutating func controlSequence(
        _ byte: UInt8, _ bytes: [UInt8], alt: Bool, _ events: inout [InputEvent]
    ) {
        switch byte {
        case 0x5B where bytes.isEmpty: state = .consoleFunction
        case UInt8(ascii: "M") where bytes.isEmpty: state = .oldMouse([])
        case 0x24 where !bytes.isEmpty && bytes[0] != 0x3F:  // rxvt ends keys held with Shift by a dollar sign
            state = .ground
            finish(ControlSequence(bytes, final: byte), alt: alt, &events)
        case 0x20..<0x40:
            // Too long to mean anything: keep swallowing until it ends, without growing.
            state = .controlSequence(bytes.count < Self.maximumSequence ? bytes + [byte] : bytes, alt: alt)
        case 0x40..<0x7F:
            state = .ground
            guard bytes.count < Self.maximumSequence else { return }
            finish(ControlSequence(bytes, final: byte), alt: alt, &events)
        default:
            state = .ground
            take(byte, &events)
        }
    }

    private mutating func finish(_ sequence: ControlSequence, alt: Bool, _ events: inout [InputEvent]) {
        if sequence.isPasteStart {
            state = .paste([], matched: 0, wasCut: false)
        } else if var event = sequence.event {
            if alt, case .key(var key) = event {
                key.modifiers.insert(.alt)
                event = .key(key)
            }
            events.append(event)
        }
    }

    private mutating func singleShift(_ byte: UInt8, _ modifier: UInt8?, alt: Bool, _ events: inout [InputEvent]) {
        if modifier == nil, (0x31...0x39).contains(byte) {
            state = .singleShift(modifier: byte - 0x30, alt: alt)
            return
        }
        state = .ground
        guard var key = SingleShift.key(byte) else {
            if byte < 0x20 || byte >= 0x7F { take(byte, &events) }
            return
        }
        if let modifier { key.modifiers.formUnion(ControlSequence.modifiers(Int(modifier))) }
        if alt { key.modifiers.insert(.alt) }
        events.append(.key(key))
    }

    private mutating func paste(_ byte: UInt8, _ events: inout [InputEvent]) {
        guard case .paste(var bytes, var matched, var wasCut) = state else { return }
        state = .ground  // the buffer has one owner while it grows
        func keep(_ more: some Collection<UInt8>) {
            if bytes.count + more.count <= Self.maximumPaste { bytes.append(contentsOf: more) } else { wasCut = true }
        }
        if byte == Self.pasteEnd[matched] {
            matched += 1
            if matched == Self.pasteEnd.count {
                events.append(Self.pasted(bytes, wasCut))
                return
            }
        } else {
            // Esc begins the end mark and occurs nowhere else in it, so a failed match starts again at an Esc alone.
            keep(Self.pasteEnd[..<matched])
            matched = byte == 0x1B ? 1 : 0
            if matched == 0 { keep(CollectionOfOne(byte)) }
        }
        state = .paste(bytes, matched: matched, wasCut: wasCut)
    }

    private static func pasted(_ bytes: [UInt8], _ wasCut: Bool) -> InputEvent {
        .paste(String(decoding: bytes, as: UTF8.self), wasCut: wasCut)
    }
}
