internal import Foundation

/// Values that are kept as JSON text in one column: nothing is ever searched by them.
enum StoredJSON {
    static func encode(_ value: some Encodable) throws(StoreError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw StoreError(.invalidArgument, "A value of type \(type(of: value)) cannot be kept as JSON.")
        }
    }

    static func decode<Value: Decodable>(_ text: String) throws(StoreError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw StoreError(.damagedRecord, "The database holds a \(Value.self) that Brim does not write.")
        }
    }
}

extension String {
    /// The text with each U+0000 replaced by U+FFFD: SQLite's texts end at a zero byte, and the rest would be lost.
    var storable: String {
        utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self
    }
}
