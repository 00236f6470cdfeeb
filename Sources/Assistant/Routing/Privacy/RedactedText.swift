package import AssistantCore

/// A text with what is personal in it marked: what the screen shows before anything goes, and what goes.
package struct RedactedText: Sendable, Hashable {
    package enum Segment: Sendable, Hashable {
        case plain(String)
        /// `placeholder` goes in place of `original`.
        case redacted(PIIKind, placeholder: String, original: String)
    }

    package var segments: [Segment]

    /// What leaves the device.
    package var text: String {
        segments.reduce(into: "") { text, segment in
            switch segment {
            case .plain(let plain): text += plain
            case .redacted(_, let placeholder, _): text += placeholder
            }
        }
    }

    /// What stays.
    package var original: String {
        segments.reduce(into: "") { text, segment in
            switch segment {
            case .plain(let plain): text += plain
            case .redacted(_, _, let original): text += original
            }
        }
    }

    /// How many pieces were replaced; the user's own text that only looked like a placeholder does not count.
    package var redactionCount: Int {
        segments.count { segment in
            if case .redacted(let kind, _, _) = segment { kind != .literal } else { false }
        }
    }
}

/// One message, as it would leave the device.
package struct RedactedMessage: Sendable, Hashable {
    package var role: Role
    package var content: RedactedText
    /// Leaves as it is.
    package var picture: Picture?
}
