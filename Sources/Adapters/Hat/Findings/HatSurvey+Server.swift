internal import AssistantCore

/// hailo-ollama: only a board that can generate text needs it.
extension HatSurvey {
    var serverFindings: [Finding] {
        guard let server else { return [] }
        let isNeeded = sighting.boards.contains { $0.chip.generates }
        switch server {
        case .running(let models, let isExposed):
            return [finding(models)] + (isExposed ? [exposed] : [])
        case .unwell(let why):
            return [Finding("hailo-ollama", .failure, why, nextStep: "stop it and start it again: hailo-ollama &")]
        case .absent, .stranger:
            return isNeeded ? [missing(server)] : []
        }
    }

    private func finding(_ models: [String]) -> Finding {
        guard let first = models.first else {
            return Finding(
                "hailo-ollama", .failure, "It runs at \(url) and has no model.",
                nextStep: "fetch one, such as: curl \(url)/api/pull -d '{\"model\":\"qwen2.5-instruct:1.5b\"}'")
        }
        let others = models.count == 1 ? "" : " and \(models.count - 1) more"
        return Finding("hailo-ollama", .ok, "Runs at \(url) with \(first)\(others).")
    }

    private var exposed: Finding {
        Finding(
            "hailo-ollama", .warning, "It listens on every network interface, without a password.",
            nextStep: "from 5.3 on set OLLAMA_HOST=127.0.0.1 for it; before, block its port from outside")
    }

    private func missing(_ server: OllamaServerState) -> Finding {
        switch server {
        case .absent(let elsewhere?):
            Finding(
                "hailo-ollama", .failure, "Nothing answers at \(url); hailo-ollama is at \(elsewhere).",
                nextStep: "use --hat-url \(elsewhere)")
        case .stranger:
            Finding(
                "hailo-ollama", .failure, "What answers at \(url) is not hailo-ollama.",
                nextStep: "give its port with --hat-url, or free this one")
        default:
            Finding("hailo-ollama", .failure, "Nothing answers at \(url).", nextStep: "start it: hailo-ollama &")
        }
    }
}
