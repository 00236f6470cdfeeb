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
