import AssistantCore
import Foundation
import Testing

@testable import ExactTools

private let tools = ExactTools(
    // 2026-11-23T17:44:12Z, a Monday.
    now: Timestamp(millisecondsSince1970: 1_795_455_852_000), utcOffset: .seconds(3_600),
    device: DeviceState(celsius: 51.6, uptime: .seconds(93_784), availableMemoryBytes: 3_200_000_000))

@Suite struct ExactToolsTests {
    @Test(
        "Calculations are understood in signs and in words, and are exact",
        arguments: [
            ("What is 411 plus 718?", "411 plus 718 = 1129"), ("What is 1 + 17?", "1 + 17 = 18"),
            ("12 * (3 + 4)", "12 * (3 + 4) = 84"), ("Please calculate 1,234.5 x 2.", "1,234.5 x 2 = 2469"),
            ("what's 7 divided by 8", "7 divided by 8 = 0.875"), ("10 / 3 =", "10 / 3 ≈ 3.333333333"),
            ("What is 15% of 80?", "15% of 80 = 12"), ("2 ^ 10", "2 ^ 10 = 1024"),
            ("What is the square root of 144?", "the square root of 144 = 12"),
            ("What is the sum of 3 and 4?", "the sum of 3 and 4 = 7"),
            ("seven times twenty-one", "seven times twenty-one = 147"),
            ("What is 12 squared?", "12 squared = 144"), ("How much is 3 - 5?", "3 - 5 = -2"),
            ("Calculate 9/12", "9/12 = 0.75"), ("-3 + 5", "-3 + 5 = 2"), ("What is 2 + 3 * 4?", "2 + 3 * 4 = 14"),
        ])
    func arithmetic(question: String, answer: String) {
        #expect(tools.answer(question) == ExactAnswer(.arithmetic, answer))
    }

    @Test(
        "The calendar knows its names, lengths and days",
        arguments: [
            ("Which day comes before Thursday?", "The day before Thursday is Wednesday."),
            ("Which month comes after December?", "The month after December is January."),
            ("What day of the week was 14 July 1789?", "14 July 1789 was a Tuesday."),
            ("What day was July 20, 1969?", "20 July 1969 was a Sunday."),
            ("What day of the week is 2028-02-29?", "29 February 2028 is a Tuesday."),
            ("How many days are there in February 2024?", "February 2024 has 29 days."),
            ("How many days does April have?", "April has 30 days."),
            ("Is 1900 a leap year?", "No, 1900 is not a leap year."),
            (
                "How many days are between 1 May 2024 and 3 June 2024?",
                "There are 33 days between 1 May 2024 and 3 June 2024."
            ),
            ("How many days until 24 December 2026?", "It is 31 days until 24 December 2026."),
            ("What date is 30 days after 1 May 2024?", "Friday, 31 May 2024."),
            ("What day is it today?", "Today is Monday, 23 November 2026."),
            ("What's the date?", "Today is Monday, 23 November 2026."),
            ("What day is tomorrow?", "Tomorrow is Tuesday, 24 November 2026."), ("What year is it?", "It is 2026."),
        ])
    func calendar(question: String, answer: String) {
        #expect(tools.answer(question) == ExactAnswer(.calendar, answer))
    }

    @Test(
        "Units are converted by their definitions",
        arguments: [
            ("Convert 5 km to miles", "5 kilometres ≈ 3.106855961 miles"),
            ("What is 6 feet in cm?", "6 feet = 182.88 centimetres"),
            ("How many metres are in 3 miles?", "3 miles = 4828.032 metres"),
            ("How many minutes are in 2 hours?", "2 hours = 120 minutes"),
            ("How many seconds are there in a day?", "1 day = 86400 seconds"),
            ("What is 212 degrees Fahrenheit in Celsius?", "212 °F = 100 °C"),
            ("Convert -40 °C to Fahrenheit", "-40 °C = -40 °F"),
            ("How many kilograms is 10 pounds?", "10 pounds = 4.5359237 kilograms"),
        ])
    func units(question: String, answer: String) {
        #expect(tools.answer(question) == ExactAnswer(.units, answer))
    }

    @Test(
        "The same is understood in other words",
        arguments: [
            ("Add 859 and 34.", "859 + 34 = 893"), ("What do you get if you subtract 34 from 859?", "859 - 34 = 825"),
            ("If I multiply 81 by 34, what do I get?", "81 * 34 = 2754"), ("Divide 2754 by 34.", "2754 / 34 = 81"),
            ("What is 34 less than 859?", "859 - 34 = 825"), ("How much is 8 and 34 together?", "8 + 34 = 42"),
            ("What is twice 81?", "twice 81 = 162"), ("What is a third of 243?", "a third of 243 = 81"),
            ("Work out 859 plus 34 for me", "859 plus 34 = 893"),
            ("How many times does 34 go into 2754?", "2754 / 34 = 81"),
            ("What does 2 plus 3 equal?", "2 plus 3 = 5"), ("Multiply 2 + 3 by 4", "(2 + 3) * 4 = 20"),
            ("If today is Monday, what day is tomorrow?", "The day after Monday is Tuesday."),
            ("Today is Sunday. What day was yesterday?", "The day before Sunday is Saturday."),
            ("What comes after December?", "The month after December is January."),
            ("Name the day before Monday.", "The day before Monday is Sunday."),
            ("What day is three days before Tuesday?", "3 days before Tuesday is Saturday."),
            ("What is the 3rd month of the year?", "Month number 3 of the year is March."),
            ("How long is April in days?", "April has 30 days."),
            ("How many months are in a year?", "A year has 12 months."),
            ("2 days is how many hours?", "2 days = 48 hours"), ("Express 3 feet in inches.", "3 feet = 36 inches"),
            ("Could you tell me what 97 plus 6 is?", "97 plus 6 = 103"), ("977 reduced by 69", "977 - 69 = 908"),
            ("How much do 3 and 4 make?", "3 + 4 = 7"), ("By how much is 9 greater than 4?", "9 - 4 = 5"),
            ("Yesterday was Monday. What day is today?", "The day after Monday is Tuesday."),
            ("After Monday comes which day?", "The day after Monday is Tuesday."),
            ("What is the number of days in June?", "June has 30 days."),
            ("How many inches do 3 feet make?", "3 feet = 36 inches"),
            ("How many degrees Fahrenheit is 20 degrees Celsius?", "20 °C = 68 °F"),
        ])
    func rewordings(question: String, answer: String) {
        #expect(tools.answer(question)?.text == answer)
    }

    @Test("The time is local, and the device tells only what was measured")
    func clockAndDevice() {
        #expect(tools.answer("What time is it?") == ExactAnswer(.clock, "It is 18:44."))
        #expect(tools.answer("How hot is the CPU?") == ExactAnswer(.device, "The processor is at 52 °C."))
        #expect(
            tools.answer("How long has this device been running?")?.text
                == "The device has been running for 1 day and 2 hours.")
        #expect(tools.answer("How much memory is free?")?.text == "3200 MB of memory are free.")
        #expect(tools.answer("How much memory does this device have?") == nil)
    }

    @Test(
        "A question that only looks like theirs is left to the model",
        arguments: [
            "What is 9/11?", "What is 24/7?", "Who won the 1998 world cup?", "What is 42?", "Is 7 a lucky number?",
            "1984",
            "What is the capital of Kuwait?", "What is the atomic number of neon?", "What happened on 14 July 1789?",
            "Which day comes after Christmas?", "What comes after spring?", "Which month comes after Monday?",
            "What is twice as good?", "Add salt and pepper.", "If I add 2 and 3, who am I?", "What day is before?",
            "Take 5 from the shelf.", "Divide the class by 2.", "Which month is the best?",
            "How many days are in a school year?", "What is the opposite of plus?", "How many days did the war last?",
            "What is the time complexity of quicksort?", "What time is it in Tokyo?", "What time does the shop close?",
            "How many people are in 3 buses?", "How many feet does a cat have?", "What is 5 km in hours?",
            "Convert this text to French",
            "What is 10 divided by 0?", "How many days are in a lifetime?",
            "What is 1 + x?",
            "Tom has 3 apples and 4 pears. What is 3 + 4?", "What is 2 + 2 in binary?", "May I add 2 and 2?",
            "What is a day?",
            "What day is the best for shopping?", "30 February 2024 + 1", "How many seconds does it take?", "", "?",
            "= =", "((((",
            "-300 °C in Fahrenheit", "call 555-0142",
        ])
    func foreign(question: String) {
        #expect(tools.answer(question) == nil, "\(String(describing: tools.answer(question)))")
    }

    @Test("A thousand generated calculations agree with ordinary integer arithmetic")
    func generatedCalculations() {
        var state: UInt64 = 7
        func next(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        for _ in 0..<1_000 {
            let (a, b, c) = (next(1_000), next(1_000), next(30))
            let cases: [(String, Int)] = [
                ("What is \(a) + \(b)?", a + b), ("What is \(a) plus \(b)?", a + b),
                ("What is \(a) minus \(b)?", a - b),
                ("What is \(a) times \(c)?", a * c), ("Calculate \(a) * (\(b) - \(c))", a * (b - c)),
                ("\(a * max(c, 1)) / \(max(c, 1)) =", a), ("How much is \(a) multiplied by \(b)?", a * b),
            ]
            for (question, value) in cases {
                #expect(tools.answer(question)?.text.hasSuffix("= \(value)") == true, "\(question)")
            }
        }
    }

    @Test("Weekdays of four thousand days agree with Foundation's calendar")
    func generatedDays() {
        var calendar = Foundation.Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        for step in 0..<4_000 {
            let date = Date(timeIntervalSince1970: Double(step * 17 - 20_000) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: date)
            guard let year = parts.year, let month = parts.month, let day = parts.day, let weekday = parts.weekday
            else {
                Issue.record("no date")
                return
            }
            let question = "What day of the week was \(day) \(ExactTools.monthNames[month - 1]) \(year)?"
            #expect(tools.answer(question)?.text.hasSuffix("a \(names[weekday - 1]).") == true, "\(question)")
        }
    }

    @Test("Hostile text neither traps nor hangs")
    func hostile() {
        let pieces = [
            "(", ")", "9", "-", "^", "99999999999", "plus", "of", "%", "the sum of", "days", "2024-02-30", "\u{202E}",
            "½", "²",
        ]
        var state: UInt64 = 1
        for _ in 0..<3_000 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1
                text += pieces[Int(state >> 33) % pieces.count] + ((state >> 32) & 1 == 0 ? " " : "")
            }
            _ = tools.answer(text)
        }
        _ = tools.answer(String(repeating: "(", count: 200))
        _ = tools.answer(String(repeating: "-", count: 199) + "1")
    }
}
