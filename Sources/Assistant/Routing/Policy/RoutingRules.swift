/// The operator's rules as they stand in the configuration. A ``RoutingPolicy`` is made of them, or refuses them.
package struct RoutingRules: Sendable, Hashable, Codable {
    /// A local answer is kept from this confidence on. Range 0 … 1.
    package var threshold: Double
    package var unknownConfidence: UnknownConfidenceRule
    /// At most 64 steps.
    package var earlyHandover: [EarlyHandover.Step]
    /// Data classes that never leave the device, by name or with words of their own. At most 64.
    package var stayHome: [StayRule]
    /// Tasks that the local model is not asked for. At most 64.
    package var mustGo: [GoRule]

    package init(
        threshold: Double = 0.8, unknownConfidence: UnknownConfidenceRule = .keep,
        earlyHandover: [EarlyHandover.Step] = EarlyHandover.uncalibrated.steps, stayHome: [StayRule] = [],
        mustGo: [GoRule] = []
    ) {
        self.threshold = threshold
        self.unknownConfidence = unknownConfidence
        self.earlyHandover = earlyHandover
        self.stayHome = stayHome
        self.mustGo = mustGo
    }

    private enum CodingKeys: String, CodingKey {
        case threshold
        case unknownConfidence = "unknown_confidence"
        case earlyHandover = "early_handover"
        case stayHome = "stay_home"
        case mustGo = "must_go"
    }

    /// What is missing has its default.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let standard = RoutingRules()
        threshold = try container.decodeIfPresent(Double.self, forKey: .threshold) ?? standard.threshold
        unknownConfidence =
            try container.decodeIfPresent(UnknownConfidenceRule.self, forKey: .unknownConfidence)
            ?? standard.unknownConfidence
        earlyHandover =
            try container.decodeIfPresent([EarlyHandover.Step].self, forKey: .earlyHandover) ?? standard.earlyHandover
        stayHome = try container.decodeIfPresent([StayRule].self, forKey: .stayHome) ?? []
        mustGo = try container.decodeIfPresent([GoRule].self, forKey: .mustGo) ?? []
    }
}

/// A data class that stays on the device: in the configuration the name of a known one (`medical`), or a name with words
/// (`{"name": "project", "phrases": ["blue heron"]}`).
package struct StayRule: Sendable, Hashable, Codable {
    package var name: String
    /// Words and phrases that reveal the class, in any case; `*` at the end of a word stands for any ending. At most 4,096
    /// phrases of at most 8 words and 128 bytes.
    package var phrases: [String]
    /// Kinds of personal data that reveal it.
    package var detects: [PIIKind]

    package init(name: String, phrases: [String] = [], detects: [PIIKind] = []) {
        self.name = name
        self.phrases = phrases
        self.detects = detects
    }

    private enum CodingKeys: String, CodingKey { case name, phrases, detects }

    package init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            self.init(name: name)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try container.decode(String.self, forKey: .name),
            phrases: try container.decodeIfPresent([String].self, forKey: .phrases) ?? [],
            detects: try container.decodeIfPresent([PIIKind].self, forKey: .detects) ?? [])
    }
}

/// A kind of task that goes to the cloud: recognised by how the question begins, by what stands in it, or by the kind that
/// somebody else has found. Any of them is enough.
package struct GoRule: Sendable, Hashable, Codable {
    package var name: String
    /// Beginnings of a question, in any case: `/cloud`, `translate`.
    package var prefixes: [String]
    /// As in ``StayRule/phrases``.
    package var phrases: [String]
    /// As in ``TurnFacts/taskKind``.
    package var kinds: [String]

    package init(name: String, prefixes: [String] = [], phrases: [String] = [], kinds: [String] = []) {
        self.name = name
        self.prefixes = prefixes
        self.phrases = phrases
        self.kinds = kinds
    }

    private enum CodingKeys: String, CodingKey { case name, prefixes, phrases, kinds }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try container.decode(String.self, forKey: .name),
            prefixes: try container.decodeIfPresent([String].self, forKey: .prefixes) ?? [],
            phrases: try container.decodeIfPresent([String].self, forKey: .phrases) ?? [],
            kinds: try container.decodeIfPresent([String].self, forKey: .kinds) ?? [])
    }
}
