import AssistantCore
import FoundationEssentials

/// Reads the endpoint's list of models.
enum ModelList {
    /// `nil` where the JSON is no list of models. Entries without an identifier are left out.
    static func read(_ json: JSONValue) -> [CloudModelInfo]? {
        guard let entries = json["data"]?.array ?? json.array else { return nil }
        return entries.compactMap { entry in
            guard let id = entry["id"]?.string, !id.isEmpty, id.utf8.count <= 256, isPrintable(id) else { return nil }
            let context = entry["context_length"] ?? entry["max_model_len"] ?? entry["context_window"]
            return CloudModelInfo(id: id, contextLength: context?.count, price: price(entry["pricing"]))
        }
    }

    /// The list gives USD per token. No token costs a tenth of a cent, so a gateway whose numbers are above that means
    /// USD per million tokens.
    private static func price(_ pricing: JSONValue?) -> CloudPrice? {
        guard let input = picoUSD(pricing?["prompt"] ?? pricing?["input"]),
            let output = picoUSD(pricing?["completion"] ?? pricing?["output"])
        else { return nil }
        let perMillion = max(input, output) > 1_000_000_000
        let divisor: Int64 = perMillion ? 1_000_000 : 1
        return CloudPrice(
            inputMicroUSDPerMillion: input / divisor, outputMicroUSDPerMillion: output / divisor)
    }

    /// USD → pico-USD, which for one token is micro-USD for a million. Fractions of one are rounded up.
    private static func picoUSD(_ value: JSONValue?) -> Int64? {
        guard let digits = value?.digits, let usd = Decimal(string: digits), usd >= 0, usd < 1_000_000 else {
            return nil
        }
        let parts = (usd * 1_000_000_000_000).description.split(separator: ".")
        return parts.first.flatMap { Int64($0) }.map { parts.count == 1 ? $0 : $0 + 1 }
    }

    private static func isPrintable(_ id: String) -> Bool {
        id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
