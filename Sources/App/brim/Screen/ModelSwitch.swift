import ChatUI
import Foundation
import LocalInference
import ModelCatalogue
import Routing
import Synchronization

/// Brings other models to a conversation that goes on meanwhile: the one that a person names, and the one that suits this
/// device, which is fetched first. What fails leaves the conversation with the model that it has.
final class ModelSwitch: Sendable {
    private let inbox: any ActionInbox
    private let options: GlobalOptions
    private let replace: @Sendable (LocalLanguageModel) -> Void
    private let work = Mutex<[Task<Void, Never>]>([])

    /// - Parameter replace: gets a model that is loaded and ready to answer.
    init(
        _ inbox: any ActionInbox, _ options: GlobalOptions,
        replace: @escaping @Sendable (LocalLanguageModel) -> Void
    ) {
        self.inbox = inbox
        self.options = options
        self.replace = replace
    }

    /// Loads the model of that name or path and lets it answer. Never blocks.
    func use(_ name: String) {
        begin { [self] in
            do {
                try await load(name)
                inbox.post(.hint(""))
            } catch {
                inbox.post(.notice(Notice(.warning, "\(name) does not answer: \(error)")))
            }
        }
    }

    /// Fetches the model that suits this device, unless one was named, and lets it answer. Never blocks.
    func fetchRecommended(_ configuration: BrimConfiguration) {
        begin { [self] in
            do {
                try await fetch(configuration)
            } catch is CancellationError {
                // The person has gone. What has arrived is gone on with the next time.
            } catch {
                inbox.post(.notice(Notice(.information, "\(error)")))
            }
            inbox.post(.arrival(nil))
        }
    }

    /// Ends what is under way and returns when it has ended.
    func close() async {
        let tasks = work.withLock { work in
            defer { work = [] }
            return work
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    private func begin(_ job: @escaping @Sendable () async -> Void) {
        work.withLock { $0.append(Task { await job() }) }
    }

    private func load(_ name: String) async throws {
        let model = try await LocalModel.load(
            path: options.path(ofModel: name), options: options.loading())
        let draft = try await options.loadDraft(for: name)
        replace(try LocalLanguageModel(model, draft: draft))
    }

    private func fetch(_ configuration: BrimConfiguration) async throws {
        guard try await options.picksModel() else { return }
        let library = try options.library()
        let recommendation = library.recommendation(
            on: try ModelSelection.capacity(options, library, measures: true))
        guard let pick = recommendation.pick, !pick.isPresent else { return }
        let name = pick.entry.name
        let size = "\(pick.entry.downloadBytes / 1_000_000) MB"
        guard configuration.fetchesModels, configuration.lock != .localOnly else {
            let reason = configuration.fetchesModels ? "local-only is set" : "models.auto_fetch is false"
            inbox.post(
                .notice(
                    Notice(
                        .information,
                        "\(name) suits this device and is not fetched (\(reason)); brim models pull \(name) gets it, \(size)."
                    )))
            return
        }
        // Said before the first byte: a server may take its time.
        inbox.post(.arrival(ModelArrival(name: name)))
        let progress = ArrivalProgress(name, inbox)
        _ = try await ModelFetcher(library: library).fetch(pick.entry) { progress.report($0) }
        inbox.post(.arrival(ModelArrival(name: name, isReadied: true)))
        try await load(name)
    }
}

/// Makes of a fetch's progress what the header shows, a few times a second.
private final class ArrivalProgress: Sendable {
    private struct Mark {
        var time: ContinuousClock.Instant
        var bytes: Int64
    }

    private let name: String
    private let inbox: any ActionInbox
    /// The latest marks, one for each word to the header: the rate is that of some seconds.
    private let marks = Mutex<[Mark]>([])

    init(_ name: String, _ inbox: any ActionInbox) {
        self.name = name
        self.inbox = inbox
    }

    func report(_ progress: ModelFetcher.Progress) {
        switch progress {
        case .note(let line): inbox.post(.notice(Notice(.information, line)))
        case .verifying: inbox.post(.arrival(ModelArrival(name: name, isReadied: true)))
        case .downloading(let bytes, let total):
            guard let rate = rate(bytes) else { return }
            inbox.post(
                .arrival(
                    ModelArrival(
                        name: name, bytes: bytes, total: total, bytesPerSecond: rate > 0 ? rate : nil)))
        }
    }

    /// Bytes a second over the last seconds; `nil` where the header was told less than half a second ago.
    private func rate(_ bytes: Int64) -> Double? {
        let now = ContinuousClock.now
        return marks.withLock { marks in
            if let last = marks.last, now - last.time < .milliseconds(500) { return nil }
            // A download that began anew has no rate yet.
            if let last = marks.last, bytes < last.bytes { marks = [] }
            marks = marks.suffix(19) + [Mark(time: now, bytes: bytes)]
            guard let first = marks.first, first.time < now else { return 0 }
            let seconds = (now - first.time) / .seconds(1)
            return Double(bytes - first.bytes) / seconds
        }
    }
}
