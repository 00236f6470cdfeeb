internal import GRDB

extension Row {
    /// The column's value, or an error: a row of a damaged or edited file must not trap.
    func checked<Value: DatabaseValueConvertible>(_ column: String) throws(StoreError) -> Value {
        guard let value = Value.fromDatabaseValue(try stored(column)) else {
            throw StoreError(.damagedRecord, "The database holds a value in \(column) that Brim does not write.")
        }
        return value
    }

    /// The same for a column that may be empty.
    func checkedIfPresent<Value: DatabaseValueConvertible>(_ column: String) throws(StoreError) -> Value? {
        try stored(column).isNull ? nil : try checked(column)
    }

    /// A damaged schema may have lost a column, or its name.
    private func stored(_ column: String) throws(StoreError) -> DatabaseValue {
        guard hasColumn(column) else {
            throw StoreError(.damagedRecord, "The database has lost its column \(column).")
        }
        return self[column]
    }

    /// A column that holds the raw value of an enumeration.
    func checkedCase<Value: RawRepresentable<String>>(_ column: String) throws(StoreError) -> Value {
        guard let value = Value(rawValue: try checked(column)) else {
            throw StoreError(.damagedRecord, "The database holds a value in \(column) that this Brim does not know.")
        }
        return value
    }

    /// The same for a column that may be empty.
    func checkedCaseIfPresent<Value: RawRepresentable<String>>(_ column: String) throws(StoreError) -> Value? {
        try stored(column).isNull ? nil : try checkedCase(column)
    }
}
