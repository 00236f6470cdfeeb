package import AssistantCore

/// All that is known of the HAT+: what the kernel sees, what HailoRT says, and what hailo-ollama answers.
package struct HatSurvey: Sendable, Hashable {
    package var sighting: BoardDetection
    /// `nil` where HailoRT was not asked.
    package var library: LibraryReport?
    /// `nil` where hailo-ollama was not asked.
    package var server: OllamaServerState?
    /// Where hailo-ollama should answer.
    package var url: String

    package init(sighting: BoardDetection, library: LibraryReport?, server: OllamaServerState?, url: String) {
        self.sighting = sighting
        self.library = library
        self.server = server
        self.url = url
    }

    /// What to say where everybody may use hailo-ollama, for one line.
    package static let exposure = "hailo-ollama is open to the whole network; brim doctor says what to do"

    /// Whether text can be had from it now.
    package var canGenerate: Bool {
        guard case .running(let models, _) = server else { return false }
        return !models.isEmpty && sighting.boards.contains { $0.chip.generates }
    }

    /// One line for each thing that was looked at, in the order in which they depend on each other. What cannot be told
    /// because an earlier one is missing is left out.
    package var findings: [Finding] {
        guard !sighting.boards.isEmpty else {
            return [Finding("board", .ok, "There is no HAT+; the processor answers.")] + serverFindings
        }
        return boardFindings + driverFindings + libraryFindings + serverFindings
    }

    /// The first thing that keeps the board from answering, for one line on the screen.
    package var obstacle: Finding? {
        guard !canGenerate else { return nil }
        if sighting.boards.isEmpty {
            return Finding(
                "board", .failure, "There is no HAT+ on the PCI bus.",
                nextStep: "shut down, press the HAT+ and its cable home, and enable PCIe in raspi-config")
        }
        return findings.first { $0.verdict == .failure } ?? findings.first { $0.verdict == .warning }
    }
}
