internal import GRDB

extension Row {
    /// The column's value, or an error: a row of a damaged or edited file must not trap. The column must exist.
    func checked<Value: DatabaseValueConvertible>(_ column: String) throws(StoreError) -> Value {
        let stored: DatabaseValue = self[column]
        guard let value = Value.fromDatabaseValue(stored) else {
            throw StoreError(.damagedRecord, "The database holds a value in \(column) that Brim does not write.")
        }
        return value
    }

    /// The same for a column that may be empty.
    func checkedIfPresent<Value: DatabaseValueConvertible>(_ column: String) throws(StoreError) -> Value? {
        let stored: DatabaseValue = self[column]
        return stored.isNull ? nil : try checked(column)
    }

    /// A column that holds the raw value of an enumeration.
    func checkedCase<Value: RawRepresentable<String>>(_ column: String) throws(StoreError) -> Value {
        guard let value = Value(rawValue: try checked(column)) else {
            throw StoreError(.damagedRecord, "The database holds a value in \(column) that this Brim does not know.")
        }
        return value
    }
}
