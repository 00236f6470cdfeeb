package import Foundation

/// The number or the text by which a file names a question; it is given back as it was written.
package enum QuestionID: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Exact beyond 64 bits, as ids of other systems may be.
    case number(Decimal)
    case text(String)

    package init(_ number: Int) { self = .number(Decimal(number)) }

    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let number = try? value.decode(Decimal.self) {
            self = .number(number)
        } else {
            self = .text(try value.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .number(let number): try value.encode(number)
        case .text(let text): try value.encode(text)
        }
    }

    package var description: String {
        switch self {
        case .number(let number): "\(number)"
        case .text(let text): text
        }
    }
}
