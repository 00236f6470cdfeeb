extension Schema {
    /// `chargedMicroUSD` is what counts against a cap: the worst case until the charge is settled or released.
    static let spending = """
        CREATE TABLE charge (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            state TEXT NOT NULL CHECK (state IN ('reserved', 'settled', 'released')),
            reservedAt INTEGER NOT NULL,
            closedAt INTEGER,
            worstCaseMicroUSD INTEGER NOT NULL CHECK (worstCaseMicroUSD >= 0),
            chargedMicroUSD INTEGER NOT NULL CHECK (chargedMicroUSD >= 0),
            model TEXT NOT NULL,
            device TEXT NOT NULL,
            team TEXT NOT NULL,
            promptTokens INTEGER,
            completionTokens INTEGER
        ) STRICT;
        CREATE INDEX chargeByTime ON charge (reservedAt, device, team, state, chargedMicroUSD);
        """
}
