import AssistantCore
import Confidence
import Foundation
import Knowledge
import ModelCatalogue
import Testing
import Turns

@testable import brim

/// What of a long document goes with a question, beside the sentence that answers it. `make long-documents` names the folder.
@Suite struct LongDocumentTests {
    private static let folder = ProcessInfo.processInfo.environment["BRIM_LONG_DOCUMENTS"]
    /// Of all cases, where passages are compared by what they mean, and where the words alone have to do.
    private static let leastFound = (together: 0.95, byWords: 0.9)

    private struct Case: Decodable {
        var half: String
        var document: String
        var prompt: String
        var sentence: String
    }

    @Test(
        "The sentence that answers a question is in what is sent, at 15 % of the document", .enabled(if: folder != nil))
    func excerpts() async throws {
        let folder = try #require(Self.folder)
        let lines = try String(contentsOfFile: folder + "/questions.jsonl", encoding: .utf8).split(separator: "\n")
        let comparison = try Self.comparison()
        let cases = try lines.map { try JSONDecoder().decode(Case.self, from: Data($0.utf8)) }
        var documents: [String: AttachedDocument] = [:]
        var (found, all): ([String: Int], [String: Int]) = ([:], [:])
        var share = 0.0
        for one in cases {
            if documents[one.document] == nil {
                let document = try await AttachedDocument(folder + "/" + one.document)
                try await document.complete(comparison)
                documents[one.document] = document
            }
            let document = try #require(documents[one.document])
            let sent = await Self.sent(with: one.prompt, of: document, comparison)
            let bytes = sent.reduce(0) { $0 + $1.text.utf8.count }
            #expect(bytes <= document.extent.mostSentBytes)
            share += Double(bytes) / Double(document.extent.bytes)
            all[one.half, default: 0] += 1
            if sent.contains(where: { Self.squeezed($0.text).contains(one.sentence) }) {
                found[one.half, default: 0] += 1
            }
        }
        for half in all.keys.sorted() {
            print(
                "documents: \(half): the sentence is sent in \(found[half, default: 0]) of \(all[half, default: 0]) cases"
            )
        }
        print(String(format: "documents: %.1f %% of the text is sent on average", 100 * share / Double(cases.count)))
        let least = comparison == nil ? Self.leastFound.byWords : Self.leastFound.together
        #expect(Double(found.values.reduce(0, +)) >= least * Double(cases.count))
    }

    /// By what texts mean too, where the model for that was fetched.
    private static func comparison() throws -> CollectionComparison? {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let models = package.appending(path: "models").path
        return CollectionComparison(
            try ModelLibrary(catalogue: models + "/catalogue.json", directories: [models]), threads: 2)
    }

    private static func sent(
        with prompt: String, of document: AttachedDocument, _ comparison: CollectionComparison?
    ) async -> [Passage] {
        let request = TurnRequest(prompt: prompt)
        let knowledge = document.knowledge(.none, comparison)
        guard case .passages(let passages)? = await knowledge.consult(request, mayAnswer: false) else { return [] }
        return knowledge.grounded(request, in: passages).excerpt ?? []
    }

    private static func squeezed(_ text: String) -> String {
        text.split { $0.isWhitespace }.joined(separator: " ")
    }
}
