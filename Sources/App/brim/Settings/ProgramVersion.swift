/// Which Brim this is, as it says of itself.
enum ProgramVersion {
    static let number = "0.1.0"
}
