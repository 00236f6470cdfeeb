import DeviceSensors
import AssistantCore
import Backends
import Foundation
import Hat
import LocalInference

/// What answers on this device: the processor, or the board with the processor behind it.
struct BackendSelector: Sendable {
    /// `nil` where there is nothing to answer with.
    let model: (any LanguageModel)?
    /// The processor's own model, whichever answers.
    let processor: LocalLanguageModel?
    /// Why the board answers, or does not though it is there; `nil` where there is nothing to say.
    let reason: String?
    /// The board, where it was chosen.
    private let board: HatLanguageModel?
    private let relay: FailoverModel?

    /// Which of them would answer now.
    var backend: Backend { board == nil ? .cpu : relay?.backend ?? .hat }

    /// What the header says beside LOCAL.
    var words: String? { backend == .cpu ? nil : backend.words }

    /// Whether the board runs the model that the processor has: its answers are as probable to the one as to the other, so
    /// that a calibration of what the processor writes holds for what it reads along as well.
    var isSameModel: Bool {
        guard let board, let processor else { return false }
        let name = board.identity.name.nameLetters
        return !name.isEmpty && processor.identity.name.nameLetters.hasPrefix(name)
    }

    /// Whether there is a board that may come and go.
    var hasBoard: Bool { board != nil }

    private init(cpu: LocalLanguageModel?, reason: String?) {
        (model, processor, self.reason, board, relay) = (cpu, cpu, reason, nil, nil)
    }

    /// The processor with another model.
    init(processor: LocalLanguageModel) { self.init(cpu: processor, reason: nil) }

    private init(_ board: HatLanguageModel, cpu: LocalLanguageModel?, reason: String?) {
        self.board = board
        self.reason = reason
        processor = cpu
        relay = cpu.map { FailoverModel(board: ScoredModel(board, scorer: $0), processor: $0) }
        model = relay ?? board
    }

    /// Takes the board off hailo-ollama's hands, so that other programs can have it.
    func unload() async {
        // A board that has gone needs nothing more.
        try? await board?.unload()
    }

    /// Chooses, by what the operator wishes and what is there. Measures where it has to, once for each pair of models.
    ///
    /// - Throws: ``CommandFailure`` where the board is wished for and cannot answer.
    static func choose(
        _ configuration: BrimConfiguration.OwnBackend, cpu: LocalLanguageModel?, directories: BrimDirectories,
        root: SystemRoot,
        boardLock: BoardLock, watts: @escaping @Sendable () async -> Double?
    ) async throws -> BackendSelector {
        guard configuration.wish != .cpu else { return BackendSelector(cpu: cpu, reason: nil) }
        let sighting = BoardDetection(under: root)
        let isWished = configuration.wish == .hat
        guard isWished || sighting.boards.contains(where: \.chip.generates) else {
            return BackendSelector(cpu: cpu, reason: nil)
        }
        let server = try await OllamaProbe(configuration.address, root: root).sighting()
        guard case .running(let models, let isExposed) = server, let name = configuration.model ?? models.first else {
            let survey = HatSurvey(
                sighting: sighting, library: nil, server: server, url: configuration.address.description)
            return try standIn(for: survey, cpu: cpu, isWished: isWished)
        }
        let board = HatLanguageModel(name, at: configuration.address, boardLock: boardLock)
        do {
            try await board.load()
            let warning = isExposed ? HatSurvey.exposure : nil
            guard !isWished, let cpu else { return BackendSelector(board, cpu: cpu, reason: warning) }
            let verdict = try await BackendMeasurements(file: directories.data + "/backends.json")
                .verdict(goal: configuration.goal, cpu: cpu, hat: board, watts: watts)
            if verdict.backend == .hat {
                let reasons = [verdict.reason, warning].compactMap(\.self).joined(separator: "; ")
                return BackendSelector(board, cpu: cpu, reason: reasons)
            }
            try await board.unload()
            return BackendSelector(cpu: cpu, reason: verdict.reason)
        } catch let error as HatError {
            if isWished { throw CommandFailure("the HAT+ cannot answer: \(error)") }
            return BackendSelector(cpu: cpu, reason: "the HAT+ is not used: \(error)")
        }
    }

    private static func standIn(
        for survey: HatSurvey, cpu: LocalLanguageModel?, isWished: Bool
    ) throws -> BackendSelector {
        let obstacle = survey.obstacle
        let why = obstacle.map { $0.sentence + ($0.nextStep.map { " (\($0))" } ?? "") } ?? "it is not ready"
        if isWished { throw CommandFailure("the HAT+ cannot answer: \(why)") }
        return BackendSelector(cpu: cpu, reason: "the HAT+ is not used: \(why)")
    }
}

extension String {
    /// What names of one model have in common: `qwen2.5-coder:1.5b` and `qwen2-5-coder-1-5b-instruct-q4_k_m`.
    fileprivate var nameLetters: String { lowercased().filter { $0.isLetter || $0.isNumber } }
}
