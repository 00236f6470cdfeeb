import AssistantCore

/// A transcript as players of films show it, one cue for each segment, or for each word where those are known and wanted.
enum Subtitles {
    /// SubRip.
    static func srt(_ transcript: Transcript, byWord: Bool) -> String {
        let blocks = cues(transcript, byWord: byWord).enumerated().map { index, cue in
            "\(index + 1)\n\(time(cue.start, ",")) --> \(time(cue.end, ","))\n\(plain(cue.text))\n"
        }
        return blocks.joined(separator: "\n")
    }

    /// WebVTT.
    static func vtt(_ transcript: Transcript, byWord: Bool) -> String {
        let blocks = cues(transcript, byWord: byWord).map { cue in
            // A cue's text may hold marks of its own, which begin with these two.
            let text = plain(cue.text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            return "\(time(cue.start, ".")) --> \(time(cue.end, "."))\n\(text)\n"
        }
        return (["WEBVTT\n"] + blocks).joined(separator: "\n")
    }

    private struct Cue {
        var start: Duration
        var end: Duration
        var text: String
    }

    private static func cues(_ transcript: Transcript, byWord: Bool) -> [Cue] {
        transcript.segments.flatMap { segment in
            guard byWord, !segment.words.isEmpty else {
                return [Cue(start: segment.start, end: segment.end, text: segment.text)]
            }
            return segment.words.map { Cue(start: $0.start, end: $0.end, text: $0.text) }
        }
    }

    /// One line: a blank line would end the cue, and an arrow would begin another.
    private static func plain(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ").replacing("-->", with: "->")
    }

    /// 01:02:03,456
    private static func time(_ duration: Duration, _ mark: String) -> String {
        let milliseconds = Int(duration.inMilliseconds.rounded())
        let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000)
        let parts = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { $0.padded(to: 2) }
        return parts.joined(separator: ":") + mark + rest.padded(to: 3)
    }
}
