/// Tells requests for a program, or for a change to one, from those for a text.
///
/// By the words of English: what stands right behind a word such as "write" is what is to be made. It has to be something that
/// only programs are made of or a programming language; or, as "program" and "script" have other meanings too, something
/// else of programming has to stand in the request. "Write a script for a play" and "an essay about Java" are no such
/// requests, and neither is a question about code.
enum CodeRequest {
    /// - Parameters:
    ///   - words: of the whole request, in lower case.
    ///   - text: the request. Code between fences makes a change of it a request for code.
    static func isMade(by words: [String], _ text: String) -> Bool {
        if text.contains("```") { return words.prefix(openingWords).contains(where: making.contains) }
        if let first = words.first, openingThings.contains(first) { return true }
        return words.indices.prefix(openingWords).contains { making.contains(words[$0]) && isOfCode(words, after: $0) }
            || asksHowTo(words)
    }

    /// What is to be made is said early; behind it stands what it shall do.
    private static let openingWords = 40
    /// Between "write" and what is to be written: "a", "short", "recursive".
    private static let objectWords = 6

    private static let making: Set<String> = [
        "write", "create", "implement", "complete", "fix", "debug", "refactor", "rewrite", "optimise", "optimize",
        "generate", "code", "program", "convert", "port", "build", "make", "extend", "simplify", "give", "show", "need",
        "want",
    ]

    /// Behind these stands no longer what is to be made.
    private static let ends: Set<String> = [
        "about", "for", "of", "on", "that", "who", "which", "to", "like", "where", "from",
    ]

    private static func isOfCode(_ words: [String], after verb: Int) -> Bool {
        let object = words[(verb + 1)...].prefix(objectWords).prefix { !ends.contains($0) }
        if object.contains(where: things.contains) { return true }
        if object.contains(where: languages.contains), !object.contains(where: writings.contains) { return true }
        guard object.contains(where: ambiguousThings.contains) else { return false }
        return words.contains { languages.contains($0) || signs.contains($0) }
    }

    private static let openingThings: Set<String> = ["regex", "regexp", "sql", "pseudocode"]

    private static let things: Set<String> = [
        "function", "functions", "regex", "regexp", "sql", "snippet", "oneliner", "liner", "makefile", "dockerfile",
        "pseudocode", "subroutine", "struct", "decorator", "quicksort", "mergesort", "fizzbuzz",
    ]

    private static let ambiguousThings: Set<String> = [
        "method", "class", "program", "script", "code", "query", "algorithm", "module", "loop", "test", "tests",
        "macro",
        "sort", "search", "page", "app",
    ]

    private static let languages: Set<String> = [
        "python", "javascript", "typescript", "java", "kotlin", "rust", "golang", "ruby", "perl", "php", "bash",
        "haskell",
        "scala", "lua", "html", "css", "powershell", "matlab", "fortran", "cobol", "sqlite", "postgresql", "mysql",
        "awk",
        "numpy", "pandas", "django", "flask", "arduino", "micropython", "swiftui",
    ]

    /// "A Python poem" is a poem.
    private static let writings: Set<String> = [
        "poem", "haiku", "limerick", "sonnet", "verse", "rap", "song", "story", "essay", "article", "blog", "joke",
        "course", "lesson", "plan", "tutorial", "resume", "coffee", "cup", "difference",
    ]

    /// What makes a thing with several meanings one of programs.
    private static let signs: Set<String> = [
        "returns", "return", "prints", "print", "inputs", "argument", "arguments", "parameter", "parameters", "string",
        "strings", "integer", "integers", "array", "arrays", "recursive", "recursively", "sorts", "sort", "reverses",
        "computes", "calculates", "counts", "variable", "variables", "boolean", "stdin", "files", "swift", "shell",
        "json",
        "csv", "factorial", "fibonacci", "palindrome", "prime", "primes", "binary", "linked", "c", "linux", "unit",
        "exception", "compile", "database", "rows", "function", "loop", "code",
    ]

    /// "How do I reverse a list in Python?"
    private static func asksHowTo(_ words: [String]) -> Bool {
        let asks = zip(words, words.dropFirst()).contains {
            $0 == "how" && ["do", "can", "to", "would", "should"].contains($1)
        }
        return asks
            && zip(words, words.dropFirst()).contains {
                ["in", "with", "using"].contains($0) && (languages.contains($1) || ["swift", "sql", "c"].contains($1))
            }
    }
}
