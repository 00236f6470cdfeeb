import AssistantCore
import NebiusDouble
import Testing

@testable import Nebius

struct ModelListTests {
    private func read(_ text: String) throws -> [CloudModelInfo]? {
        ModelList.read(try JSONValue(parsing: text.utf8))
    }

    private func price(_ pricing: String) throws -> CloudPrice? {
        try read(#"{"data":[{"id":"m","pricing":\#(pricing)}]}"#)?.first?.price
    }

    @Test("the verbose list gives context and exact prices, as strings or numbers")
    func verbose() throws {
        #expect(
            try read(NebiusDouble.modelList) == [
                CloudModelInfo(
                    id: "double/echo", contextLength: 131_072,
                    price: CloudPrice(inputMicroUSDPerMillion: 60_000, outputMicroUSDPerMillion: 240_000)),
                CloudModelInfo(
                    id: "double/large", contextLength: 262_144,
                    price: CloudPrice(inputMicroUSDPerMillion: 300_000, outputMicroUSDPerMillion: 900_000)),
                CloudModelInfo(id: "double/unpriced"),
            ])
    }

    @Test("dollars per token and per million tokens are told apart by what a token can cost")
    func units() throws {
        let lightning = CloudPrice(inputMicroUSDPerMillion: 60_000, outputMicroUSDPerMillion: 240_000)
        #expect(try price(#"{"prompt":"0.00000006","completion":"0.00000024"}"#) == lightning)
        #expect(try price(#"{"prompt":6e-8,"completion":2.4e-7}"#) == lightning)
        #expect(try price(#"{"input":0.06,"output":0.24}"#) == lightning)
        #expect(
            try price(#"{"prompt":"0","completion":"0"}"#)
                == CloudPrice(inputMicroUSDPerMillion: 0, outputMicroUSDPerMillion: 0))
        #expect(try price(#"{"prompt":"0.0000000000001","completion":"0"}"#)?.inputMicroUSDPerMillion == 1)
    }

    @Test(
        "a price that cannot be read is none, rather than a wrong one",
        arguments: [
            #"{"prompt":"free","completion":"0"}"#, #"{"prompt":-1,"completion":0}"#, #"{"prompt":"1e-7"}"#,
            #"{"prompt":1e30,"completion":1e30}"#, "[]", "null", #"{"prompt":"NaN","completion":"NaN"}"#,
        ])
    func nonsense(pricing: String) throws {
        #expect(try price(pricing) == nil)
    }

    @Test("entries without a usable identifier are left out, and what is no list is none")
    func entries() throws {
        let list =
            #"{"data":[{"id":""},{"id":7},{"name":"x"},{"id":"a b"},{"id":"e\u001b"},null,{"id":"ok","max_model_len":9}]}"#
        #expect(try read(list) == [CloudModelInfo(id: "ok", contextLength: 9)])
        #expect(try read(#"[{"id":"bare"}]"#)?.map(\.id) == ["bare"])
        #expect(try read(#"{"detail":"Not Found"}"#) == nil)
    }
}
