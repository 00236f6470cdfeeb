/// A part of the screen as a value: all that it is drawn from.
protocol View {
    /// Draws it into an area of a frame, and nowhere else.
    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs)
}

/// A view that is drawn anew only where it is another one, or its area has another size. Equal views look the same,
/// whatever else has happened.
struct CachedView<Content: View & Equatable & Sendable>: Sendable {
    private var content: Content?
    private(set) var cells = Frame(size: Size(columns: 0, rows: 0))

    /// Draws a view unless it is what it was, and returns its cells.
    mutating func cells(of content: Content, size: @autoclosure () -> Size, _ glyphs: Glyphs) -> Frame {
        if content != self.content {
            cells = Frame(size: size())
            content.draw(in: Rect(cells.size), of: &cells, glyphs)
            self.content = content
        }
        return cells
    }

    mutating func draw(_ content: Content, in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        if area.size != cells.size { self.content = nil }
        let cells = cells(of: content, size: area.size, glyphs)
        for (offset, row) in cells.rows.enumerated() { frame.put(row, row: area.top + offset, column: area.left) }
    }
}

/// The views of the picture before: what has not changed is not drawn anew. While an answer streams that is most of it,
/// ten times a second.
///
/// A short cut and nothing else: a picture is the same with it and without.
package struct RenderCache: Sendable {
    /// What all of them were drawn for.
    private let capabilities: Capabilities?
    var header = CachedView<HeaderLine>()
    var status = CachedView<StatusLine>()
    var meters = CachedMeters()
    /// The rows of the conversation with what stands beside them, by their place.
    private var body: [CachedView<BodyRow>] = []

    package init() { self.init(for: nil) }

    private init(for capabilities: Capabilities?) { self.capabilities = capabilities }

    /// Forgets them where something else is to be drawn for.
    mutating func fit(to capabilities: Capabilities) {
        if capabilities != self.capabilities { self = RenderCache(for: capabilities) }
    }

    /// - Parameter place: counted from the first row of the conversation.
    mutating func draw(_ row: BodyRow, at place: Int, in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        while body.count <= place { body.append(CachedView()) }
        body[place].draw(row, in: area, of: &frame, glyphs)
    }
}
