import DeviceSensors
import AssistantCore
import Backends
import Foundation
import Hat

/// The HAT+, from the bus to hailo-ollama.
struct HatCheck {
    let configuration: BrimConfiguration.OwnBackend
    private let root = SystemRoot(environment: ProcessInfo.processInfo.environment)

    init(configuration: BrimConfiguration.OwnBackend) { self.configuration = configuration }

    func findings() async -> [Finding] {
        do {
            let sighting = BoardDetection(under: root)
            let isMeant = configuration.wish == .hat || sighting.boards.contains(where: \.chip.generates)
            let survey = HatSurvey(
                sighting: sighting, library: try await BoardProbe.ofThisProgram(root)?.report(),
                server: isMeant ? try await OllamaProbe(configuration.address, root: root).sighting() : nil,
                url: configuration.address.description)
            guard configuration.wish == .hat, sighting.boards.isEmpty, let obstacle = survey.obstacle else {
                return survey.findings
            }
            return [obstacle]
        } catch {
            return [Finding("board", .failure, "It cannot be looked at: \(error).")]
        }
    }
}
