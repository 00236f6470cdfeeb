import AssistantCore
import Foundation
import Testing

@testable import Routing

@Suite("Routing policy")
struct RoutingPolicyTests {
    private func ruling(_ rules: RoutingRules, _ texts: String..., taskKind: String? = nil) throws -> Ruling {
        try RoutingPolicy(rules).ruling(on: texts.map { Message(.user, $0) }, taskKind: taskKind)
    }

    @Test("Without rules nothing stays and nothing goes")
    func empty() throws {
        #expect(try ruling(RoutingRules(), "my diagnosis, ann@example.org") == Ruling())
    }

    @Test(
        "Known classes are bound by their name",
        arguments: [
            ("medical", "What does my DIAGNOSIS mean?"), ("medical", "Ich bin krankgeschrieben"),
            ("medical", "Zum Ärztin"),
            ("financial", "my bank account"), ("financial", "DE89370400440532013000"),
            ("personal", "I am at ann@example.org"),
            ("personal", "my wife left"), ("children", "My  son is six"), ("credentials", "AKIAIOSFODNN7EXAMPLE"),
            ("credentials", "my password?"),
        ])
    func classes(name: String, text: String) throws {
        #expect(try ruling(RoutingRules(stayHome: [StayRule(name: name)]), text).staying == [name])
    }

    @Test(
        "Words are matched whole, endings only where a rule leaves them open",
        arguments: [
            ("heron", "The Heron.", true), ("heron", "herons", false), ("heron*", "herons", true),
            ("heron*", "her on", false),
            ("blue heron", "blue—HERON", true), ("blue heron", "blue grey heron", false),
            ("blue heron", "heron blue", false),
            ("blue her*", "blue\u{A0}herring", true), ("straße", "STRASSE", true), ("straße", "Straße!", true),
            ("STRASSE", "Straße", true), ("ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ", true), ("ſtadt", "STADT", true),
            ("istanbul", "ISTANBUL", true),
            ("blue\u{61C}heron", "blueheron", true), ("heron", "he\u{E0041}ron", true), ("ofﬁce", "OFFICE", true),
            ("café", "cafe\u{301}", true), ("h\u{E9}ron", "HE\u{301}RON", true), ("癌", "我有癌症", true),
            ("heron", "ｈｅｒｏｎ", true),
            ("heron", "he\u{200B}ron", true), ("c++ code", "my C code", true),
        ])
    func phrases(phrase: String, text: String, isFound: Bool) throws {
        let rules = RoutingRules(stayHome: [StayRule(name: "x", phrases: [phrase])])
        #expect(try ruling(rules, text).staying == (isFound ? ["x"] : []))
    }

    @Test("Rules look at all that would be sent: what was said earlier, the system prompt, what a model said")
    func history() throws {
        let policy = try RoutingPolicy(RoutingRules(stayHome: [StayRule(name: "x", phrases: ["heron"])]))
        #expect(policy.ruling(on: [Message(.user, "heron"), Message(.user, "go on")]).staying == ["x"])
        for role in [Role.system, .assistant] {
            #expect(policy.ruling(on: [Message(role, "heron"), Message(.user, "a")]).staying == ["x"])
        }
        let detecting = try RoutingPolicy(RoutingRules(stayHome: [StayRule(name: "financial")]))
        let prompt = Message(.system, "My account is DE89370400440532013000.")
        #expect(detecting.ruling(on: [prompt, Message(.user, "hello")]).staying == ["financial"])
    }

    @Test("A task goes by what the person asks, not by what a model answered last")
    func question() throws {
        let policy = try RoutingPolicy(RoutingRules(mustGo: [GoRule(name: "law", phrases: ["statute"])]))
        #expect(policy.ruling(on: [Message(.user, "statute?"), Message(.assistant, "Yes.")]).going == "law")
        #expect(policy.ruling(on: [Message(.user, "hello"), Message(.assistant, "A statute.")]).going == nil)
    }

    @Test("A message that may not leave binds its conversation, without any rule")
    func bound() throws {
        let policy = try RoutingPolicy()
        let messages = [Message(.user, "a", mayLeave: false), Message(.assistant, "b"), Message(.user, "c")]
        #expect(!policy.ruling(on: messages).mayLeave)
        #expect(policy.ruling(on: messages).bonds.map(\.code) == [.saidUnderLock])
        #expect(policy.ruling(on: messages.map { Message($0.role, $0.text) }).mayLeave)
    }

    @Test("Tasks go by prefix, phrase or kind of the latest question")
    func tasks() throws {
        let rules = RoutingRules(mustGo: [
            GoRule(name: "cloud", prefixes: ["/cloud"]),
            GoRule(name: "code", phrases: ["swift code"], kinds: ["coding"]),
        ])
        #expect(try ruling(rules, "/Cloud what is up?").going == "cloud")
        #expect(try ruling(rules, "cloudy weather").going == nil)
        #expect(try ruling(rules, "write Swift code").going == "code")
        #expect(try ruling(rules, "hello", taskKind: "coding").going == "code")
        #expect(try ruling(rules, "/cloud a", "and b").going == nil)
        #expect(try RoutingPolicy(rules).ruling(on: []).going == nil)
    }

    @Test("Rules are read from configuration; what is missing has its default")
    func decodes() throws {
        let json = """
            {"threshold": 0.7, "unknown_confidence": "escalate", "early_handover": [{"tokens": 4, "below": 0.2}],
             "stay_home": ["medical", {"name": "project", "phrases": ["blue heron"], "detects": ["iban"]}],
             "must_go": [{"name": "cloud", "prefixes": ["/cloud"]}]}
            """
        let rules = try JSONDecoder().decode(RoutingRules.self, from: Data(json.utf8))
        let policy = try RoutingPolicy(rules)
        #expect(
            policy.settings
                == RouterSettings(
                    threshold: 0.7, unknownConfidence: .escalate,
                    earlyHandover: EarlyHandover([.init(tokens: 4, below: 0.2)])))
        #expect(rules.stayHome.map(\.name) == ["medical", "project"])
        #expect(try JSONDecoder().decode(RoutingRules.self, from: Data("{}".utf8)) == RoutingRules())
        #expect(try JSONDecoder().decode(RoutingRules.self, from: JSONEncoder().encode(rules)) == rules)
    }

    @Test("Rules that cannot be meant are refused with what would be right")
    func refuses() {
        func code(_ rules: RoutingRules) -> RoutingPolicyError.Code? {
            #expect(throws: RoutingPolicyError.self) { try RoutingPolicy(rules) }?.code
        }
        #expect(code(RoutingRules(threshold: 1.5)) == .outOfRange)
        #expect(code(RoutingRules(threshold: .nan)) == .outOfRange)
        #expect(code(RoutingRules(earlyHandover: [.init(tokens: 0, below: 0.5)])) == .outOfRange)
        #expect(code(RoutingRules(earlyHandover: [.init(tokens: 1, below: .infinity)])) == .outOfRange)
        #expect(code(RoutingRules(stayHome: [StayRule(name: "medicine")])) == .unknownClass)
        #expect(code(RoutingRules(stayHome: [StayRule(name: "x", phrases: ["…"])])) == .meaningless)
        #expect(code(RoutingRules(stayHome: [StayRule(name: "x", phrases: ["a b c d e f g h i"])])) == .meaningless)
        #expect(
            code(RoutingRules(stayHome: [StayRule(name: "x", phrases: [String(repeating: "a", count: 129)])]))
                == .tooLarge)
        #expect(
            code(RoutingRules(stayHome: [StayRule(name: "x", phrases: (0...4_096).map { "a\($0)" })])) == .tooLarge)
        #expect(code(RoutingRules(stayHome: (0...64).map { StayRule(name: "\($0)", phrases: ["a"]) })) == .tooLarge)
        #expect(code(RoutingRules(stayHome: [StayRule(name: "medical"), StayRule(name: "medical")])) == .meaningless)
        #expect(code(RoutingRules(mustGo: [GoRule(name: "x")])) == .meaningless)
        #expect(code(RoutingRules(mustGo: [GoRule(name: "x", prefixes: ["!"])])) == .meaningless)
    }

    @Test("Every known class is a valid rule, and its words find themselves")
    func builtIn() throws {
        for known in DataClass.allCases {
            let policy = try RoutingPolicy(RoutingRules(stayHome: [StayRule(name: known.rawValue)]))
            for phrase in known.phrases {
                let text = "So: " + phrase.filter { $0 != "*" }.uppercased() + "."
                #expect(policy.ruling(on: [Message(.user, text)]).staying == [known.rawValue], "\(phrase)")
            }
        }
    }

    @Test("Open and alike phrases stay quick on a long text")
    func hostile() throws {
        let phrases = (0..<4_000).map { "a\($0)* b*" } + (1..<40).map { String(repeating: "a", count: $0) + "*" }
        let policy = try RoutingPolicy(RoutingRules(stayHome: [StayRule(name: "x", phrases: phrases)]))
        let text = String(repeating: "b b1 ", count: 10_000)
        #expect(policy.ruling(on: [Message(.user, text)]).staying == [])
    }
}
