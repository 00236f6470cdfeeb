extension PromptFrame {
    /// Answers that come to the point at their third token: how sure the model is of it tells early whether to go on, and
    /// the model is more often right than where it repeats the question first. With the bare word it is seldom right.
    static let question = PromptFrame(
        name: "question",
        [
            ("What is the capital of Scotland?", "It is Edinburgh."),
            ("Who wrote Hamlet?", "It is William Shakespeare."),
            ("Edinburgh is the capital of which country?", "It is Scotland."),
            ("What is the opposite of \"hot\"?", "It is \"cold\"."),
            ("On which continent is Siberia?", "It is Asia."),
            ("What is the chemical symbol for water?", "It is H2O."),
        ])

    /// Here the question is repeated: without it the model calculates much worse.
    static let arithmetic = PromptFrame(
        name: "arithmetic",
        [
            ("What is 3 + 4?", "3 + 4 is 7."),
            ("What is 7 times 8?", "7 times 8 is 56."),
            ("What is 212 plus 345?", "212 plus 345 is 557."),
            ("What is 9 + 16?", "9 + 16 is 25."),
            ("What is 12 times 4?", "12 times 4 is 48."),
            ("What is 628 plus 794?", "628 plus 794 is 1422."),
        ])

    static let extraction = PromptFrame(
        name: "extraction",
        [
            (
                "The museum is on level 4. It opens at 10:00 and closes at 17:45. Entry costs 12 euros. To book, call 555 0187."
                    + "\n\nWho is the director of the museum?",
                "The text does not mention who the director of the museum is."
            ),
            (
                "The bakery is at number 14. It opens at 7:00 and closes at 18:30. Bread costs 3 euros. To order, call 555 0142."
                    + "\n\nWhen does the bakery open?",
                "The bakery opens at 7:00."
            ),
            (
                "The garage is on level 9. It opens at 6:30 and closes at 23:00. Parking costs 6 euros. To book, call 555 0119."
                    + "\n\nHow much does parking cost?",
                "Parking costs €6."
            ),
            (
                "The clinic is on level 3. It opens at 8:30 and closes at 16:00. A visit costs 40 euros. To book, call 555 0175."
                    + "\n\nWhich number do I call to book the clinic?",
                "You call 555 0175 to book the clinic."
            ),
        ])
}
