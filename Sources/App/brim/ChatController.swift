import AssistantCore
import ChatUI
import CursesScreen
import Foundation
import Store

/// What stands behind the full screen: loads the model, and carries out what the screen asks for, one after the other.
final class ChatController: Sendable {
    private enum Order: Sendable {
        case effect(ChatEffect)
        case ready(Workbench)
    }

    private let orders: AsyncStream<Order>.Continuation
    private let work: Task<Void, Never>
    private let inbox: ScreenInbox

    init(inbox: ScreenInbox, generation: GenerationOptions) {
        let (stream, orders) = AsyncStream<Order>.makeStream()
        self.orders = orders
        self.inbox = inbox
        work = Task { await Self.serve(stream, inbox, generation) }
    }

    /// Takes what the screen asks for. Never blocks.
    func perform(_ effect: ChatEffect) { orders.yield(.effect(effect)) }

    /// Stops what is at work and returns when it has stopped.
    func close() async {
        orders.finish()
        await work.value
    }

    /// Loads the model and tells the screen how that goes.
    func load(_ options: GlobalOptions, _ cloud: CloudOptions) async {
        do {
            let bench = try await Workbench.load(options, cloud)
            if let identity = bench.model?.identity {
                inbox.post(.model(.ready(identity)))
            } else {
                inbox.post(.model(.failed(bench.modelProblem ?? "there is no model")))
            }
            if let problem = bench.confidenceProblem {
                inbox.post(.notice(Notice(.warning, "uncalibrated: \(problem)")))
            }
            for warning in bench.store.warnings { inbox.post(.notice(Notice(.warning, warning.description))) }
            orders.yield(.ready(bench))
        } catch {
            inbox.post(.model(.failed(String(describing: error))))
        }
    }

    private static func serve(
        _ orders: AsyncStream<Order>, _ inbox: ScreenInbox, _ generation: GenerationOptions
    ) async {
        var talk: ChatTalk?
        var waiting: String?
        for await order in orders {
            switch order {
            case .ready(let bench):
                talk = await ChatTalk(bench, inbox, generation)
                if let text = waiting { await talk?.perform(.submit(text)) }
                waiting = nil
            case .effect(let effect) where talk != nil:
                await talk?.perform(effect)
            case .effect(.submit(let text)):
                waiting = text
            case .effect(.stopAnswer) where waiting != nil:
                waiting = nil
                inbox.post(.answer(.ended(AnswerEnding(stop: .cancelled))))
            case .effect:
                break
            }
        }
        await talk?.close()
    }
}
