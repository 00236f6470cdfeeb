import Testing

/// Requests whose right answer repeats itself, with such an answer: nothing of them may be taken for a loop.
enum WantedRepetition {
    struct Case: Sendable, CustomTestStringConvertible {
        var request: String
        var answer: String

        var testDescription: String { request }
    }

    static let all: [Case] = words + songs + tables + code + counting + drawings

    private static func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

    private static func lines(_ numbers: ClosedRange<Int>, _ line: (Int) -> String) -> String {
        numbers.map(line).joined(separator: "\n")
    }

    private static let words = [
        Case(request: "Write hello 50 times.", answer: times(50, "hello ")),
        Case(request: "Write the word \"test\" 100 times, each on its own line.", answer: times(100, "test\n")),
        Case(
            request: "Write \"I will not be late for school again\" twenty times.",
            answer: times(20, "I will not be late for school again.\n")),
        Case(
            request: "Schreibe zehnmal „Guten Morgen, liebe Sorgen“.", answer: times(10, "Guten Morgen, liebe Sorgen\n")
        ),
        Case(
            request: "Écris 15 fois « Je dois écouter en classe ».", answer: times(15, "Je dois écouter en classe.\n")),
        Case(request: "Escribe 12 veces la frase: no hablaré en clase.", answer: times(12, "No hablaré en clase.\n")),
        Case(request: "Scrivi 10 volte: devo fare i compiti.", answer: times(10, "Devo fare i compiti.\n")),
        Case(request: "把“我爱学习中文”写50次。", answer: times(50, "我爱学习中文\n")),
        Case(
            request: "Give me 30 copies of this line: The quick brown fox jumps over the lazy dog.",
            answer: times(30, "The quick brown fox jumps over the lazy dog.\n")),
        Case(
            request: "Repeat after me five times: we can do this together.",
            answer: times(5, "We can do this together.\n")),
        Case(
            request: "Say thank you in a row of ten, please.",
            answer: times(10, "Thank you very much! ")),
    ]

    private static let songs = [
        Case(
            request: "Sing Row, row, row your boat.",
            answer: times(
                2,
                "Row, row, row your boat,\nGently down the stream.\nMerrily, merrily, merrily, merrily,\nLife is but a dream.\n\n"
            )),
        Case(
            request: "What are the lyrics of Happy Birthday?",
            answer:
                "Happy birthday to you,\nHappy birthday to you,\nHappy birthday, dear friend,\nHappy birthday to you!\n"
        ),
        Case(
            request: "Write a song with a chorus about hope.",
            answer: times(
                3,
                "Hold on, hold on, the morning will come,\nHold on, hold on, the morning will come.\n\nA new verse of its own.\n"
            )),
        Case(
            request: "Sing London Bridge.",
            answer:
                "London Bridge is falling down,\nFalling down, falling down.\nLondon Bridge is falling down,\nMy fair lady.\n\nBuild it up with wood and clay,\nWood and clay, wood and clay.\nBuild it up with wood and clay,\nMy fair lady.\n"
        ),
        Case(
            request: "Write a football chant for our team.",
            answer: times(4, "Come on you reds, come on!\n") + "Stand up, stand up, and sing along!\n"),
        Case(
            request: "Give me a nursery rhyme about rain.",
            answer:
                "Rain, rain, go away,\nCome again another day.\nRain, rain, go away,\nLittle children want to play.\n"),
        Case(request: "Write a mantra that I can repeat.", answer: times(5, "I am calm and I am strong. ")),
        Case(
            request: "Write a lullaby.",
            answer: times(2, "Hush now, hush now, close your eyes,\nHush now, hush now, starry skies.\n\n")),
        Case(
            request: "Ein Lied über den Sommer, bitte.",
            answer: times(3, "Sommer, Sommer, bleib noch hier,\nSommer, Sommer, tanz mit mir.\n\nEine neue Strophe.\n")),
    ]

    private static let tables = [
        Case(
            request: "Write the multiplication table of 7.", answer: lines(1...20) { "7 x \($0) = \(7 * $0)" }),
        Case(
            request: "A truth table for three inputs with AND.",
            answer: "| A | B | C | A and B and C |\n|---|---|---|---|\n"
                + lines(0...7) { "| \($0 / 4) | \($0 / 2 % 2) | \($0 % 2) | \($0 == 7 ? 1 : 0) |" }),
        Case(
            request: "Make a table of opening hours for a week.",
            answer: "| Day | Opens | Closes |\n|---|---|---|\n"
                + ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"].map {
                    "| \($0) | 9:00 | 17:00 |"
                }.joined(separator: "\n")),
        Case(
            request: "A CSV with ten rows of sensor readings that are all zero.",
            answer: "time,reading\n" + lines(1...10) { "\($0),0" }),
        Case(
            request: "An attendance table with 8 rows where everybody was there.",
            answer: "| Pupil | Present |\n|---|---|\n"
                + ["Ann", "Ben", "Cem", "Dana", "Eva", "Finn", "Gül", "Hugo"].map { "| \($0) | yes |" }.joined(
                    separator: "\n")),
        Case(request: "Give me a 10x10 grid of zeros.", answer: times(10, times(10, "0 ") + "\n")),
        Case(request: "A 5 by 20 matrix of ones.", answer: times(5, times(20, "1 ") + "\n")),
        Case(
            request: "List the conversions from 1 to 12 inches in centimetres.",
            answer: lines(1...12) { "\($0) inches are \($0 * 254 / 100).\($0 * 254 % 100) centimetres" }),
    ]

    private static let code = [
        Case(
            request: "Write Swift code that adds eight empty items.",
            answer: "```swift\n" + times(8, "    items.append(Item(name: \"\", price: 0))\n") + "```\n"),
        Case(
            request: "A Python dictionary of the months with 0 for each.",
            answer: "```python\nsales = {\n"
                + ["January", "February", "March", "April", "May", "June", "July"].map { "    \"\($0)\": 0," }.joined(
                    separator: "\n") + "\n}\n```\n"),
        Case(
            request: "Write a C switch that returns false for five cases.",
            answer: "```c\nswitch (state) {\n" + lines(1...5) { "case \($0):\n    return false;" }
                + "\ndefault:\n    return true;\n}\n```\n"),
        Case(
            request: "Write unit tests for add in Python.",
            answer: "```python\n"
                + lines(1...6) { "def test_add_\($0)():\n    assert add(\($0), \($0)) == \(2 * $0)\n" } + "```\n"),
        Case(
            request: "SQL that inserts six rows.",
            answer: "```sql\n" + lines(1...6) { "INSERT INTO users (id, name, active) VALUES (\($0), 'user\($0)', 1);" }
                + "\n```\n"),
        Case(
            request: "Write an HTML list of ten empty items.",
            answer: "```html\n<ul>\n" + times(10, "  <li></li>\n") + "</ul>\n```\n"),
        Case(
            request: "An assembly snippet with sixteen nop instructions.",
            answer: "```asm\n" + times(16, "    nop\n") + "```\n"),
        Case(
            request: "Write nested loops in C.",
            answer:
                "```c\nfor (int i = 0; i < n; i++) {\n    for (int j = 0; j < n; j++) {\n        for (int k = 0; k < n; k++) {\n            c[i][j] += a[i][k] * b[k][j];\n        }\n    }\n}\n```\n"
        ),
        Case(
            request: "Write a JSON array of seven empty users.",
            answer: "```json\n[\n" + times(7, "  {\"name\": \"\", \"email\": \"\", \"age\": 0},\n") + "]\n```\n"),
    ]

    private static let counting = [
        Case(request: "Count from 1 to 200.", answer: (1...200).map(String.init).joined(separator: ", ")),
        Case(request: "Count from 1 to 100, one number on each line.", answer: lines(1...100, String.init)),
        Case(request: "Count backwards from 50.", answer: (1...50).reversed().map(String.init).joined(separator: " ")),
        Case(request: "List room 101 to room 130.", answer: (101...110).map { "Room \($0)" }.joined(separator: ", ")),
        Case(request: "Count twenty sheep.", answer: lines(1...20) { "\($0) sheep jump over the fence." }),
        Case(
            request: "Name the chapters of a book with twelve chapters.", answer: lines(1...12) { "Chapter \($0)" }),
        Case(
            request: "Sing ten green bottles.",
            answer: lines(1...4) {
                "\(11 - $0) green bottles hanging on the wall,\n\(11 - $0) green bottles hanging on the wall,\nAnd if one green bottle should accidentally fall,\nThere'll be \(10 - $0) green bottles hanging on the wall.\n"
            }),
        Case(request: "Count in twos up to 60.", answer: (1...30).map { "\($0 * 2)" }.joined(separator: ", ")),
    ]

    private static let drawings = [
        Case(request: "Draw a rectangle of stars, 10 rows of 20.", answer: times(10, times(20, "*") + "\n")),
        Case(request: "Draw a line of 60 dashes.", answer: times(60, "-")),
        Case(
            request: "Draw a chess board with # and dots.",
            answer: times(4, times(4, "# . ") + "\n" + times(4, ". # ") + "\n")),
        Case(request: "Make ASCII art of a wall.", answer: times(6, "|__|__|__|__|__|\n")),
        Case(request: "Draw a triangle of stars.", answer: lines(1...12) { times($0, "*") }),
        Case(request: "Laugh for me.", answer: "Ha ha ha ha ha ha ha ha!"),
        Case(request: "Write a separator and a heading.", answer: times(40, "=") + "\nHeading\n" + times(40, "=")),
    ]
}
