import Testing

@testable import SpeechText

@Suite("Words as they are said") struct SpokenWordsTests {
    @Test(
        "numbers, money, times, dates, units and addresses are read as people read them",
        arguments: [
            ("It costs $3.50", "It costs 3 dollars 50"), ("about $1,200.00 a month", "about 1200 dollars a month"),
            ("$5 million or €2M", "5 million dollars or 2 million euros"), ("-$40", "minus 40 dollars"),
            ("100 ¥ and £1", "100 ¥ and 1 pound"),
            ("at 9:05", "at 9 oh 5"), ("14:00", "14 o'clock"), ("at 7:30 p.m.", "at 7 30 P M"), ("5pm", "5 P M"),
            ("2024-05-01", "May 1st 20 24"), ("on May 3, 1999", "on May 3rd 19 99"),
            ("3 June 2005", "3rd of June 2005"),
            ("in 1905", "in 19 oh 5"), ("the 1990s", "the 19 90s"), ("in 1900", "in 19 hundred"),
            ("Sept. 4", "September 4th"),
            ("5 km", "5 kilometres"), ("1 kg", "1 kilogram"), ("20°C", "20 degrees Celsius"),
            ("3.5GHz", "3.5 gigahertz"),
            ("60 km/h", "60 kilometres an hour"), ("-5 °C", "minus 5 degrees Celsius"), ("12%", "12 percent"),
            ("1,234,567 people", "1234567 people"), ("5-10 minutes", "5 to 10 minutes"),
            ("1914–1918", "19 14 to 19 18"),
            ("3 1/2 cups", "3 and one half cups"), ("the 21st", "the 21st"), ("#7", "number 7"),
            ("Dr. Smith vs. Mr. Bean", "Doctor Smith versus Mister Bean"), ("e.g. tea", "for example tea"),
            ("221B Baker St.", "2 21 B Baker Street"), ("1600 Pennsylvania Avenue", "16 hundred Pennsylvania Avenue"),
            ("St. Louis", "Saint Louis"), ("CA 94103", "CA 9 4 1 0 3"),
            ("ann@example.org", "ann at example dot org"),
            ("https://www.example.com/a?b=1", "a link to example dot com"),
            ("555-0199-22", "5 5 5, 0 1 9 9, 2 2"), ("version 1.2.3", "version 1 point 2 point 3"),
            ("2 + 2 = 4", "2 plus 2 equals 4"), ("x=3", "x equals 3"), ("R&D", "R and D"),
            ("well-known state_of", "well known state of"), ("either/or", "either slash or"),
            ("good 👍🏽 job 🇫🇷!", "good job"),
        ])
    func english(_ text: String, _ said: String) {
        #expect(SpokenWords(isEnglish: true).spoken(text) == said)
    }

    @Test("other languages keep their numbers, and lose only what nobody can say")
    func otherLanguages() {
        #expect(SpokenWords(isEnglish: false).spoken("Es kostet 3,50 € 🙂 am\u{202E} 5.") == "Es kostet 3,50 € am 5.")
    }
}
