public import AssistantCore

/// A text with what is personal in it marked: what the screen shows before anything goes, and what goes.
public struct RedactedText: Sendable, Hashable {
    public enum Segment: Sendable, Hashable {
        case plain(String)
        /// `placeholder` goes in place of `original`.
        case redacted(PIIKind, placeholder: String, original: String)
    }

    public var segments: [Segment]

    /// What leaves the device.
    public var text: String {
        segments.reduce(into: "") { text, segment in
            switch segment {
            case .plain(let plain): text += plain
            case .redacted(_, let placeholder, _): text += placeholder
            }
        }
    }

    /// What stays.
    public var original: String {
        segments.reduce(into: "") { text, segment in
            switch segment {
            case .plain(let plain): text += plain
            case .redacted(_, _, let original): text += original
            }
        }
    }

    /// How many pieces were replaced; the user's own text that only looked like a placeholder does not count.
    public var redactionCount: Int {
        segments.count { segment in
            if case .redacted(let kind, _, _) = segment { kind != .literal } else { false }
        }
    }
}

/// One message, as it would leave the device.
public struct RedactedMessage: Sendable, Hashable {
    public var role: Role
    public var content: RedactedText
}
