/// What one unit is of its dimension.
struct Unit {
    enum Dimension {
        case length, mass, volume, time, months, speed, area, data, dataRate, unclearData, energy, power, pressure
    }

    var dimension: Dimension
    /// How many of the dimension's base unit one is: metre, gram, litre, second, month, m/s, m², byte, B/s, joule, watt,
    /// pascal.
    var factor: Rational
    var singular: String
    var plural: String
}

/// The units by their names, which may be written in any case, and by their symbols, whose case matters: 8 Mb are 1 MB.
///
/// Exact by definition. Gallon, pint, cup and their like are the American ones where nothing else is said, as they are in
/// GNU units, and are called so in the answer.
enum UnitTable {
    static func unit(_ text: String) -> Unit? { symbols[text] ?? names[text.lowercased()] }

    private static let parsed = rows.map { row -> (Unit, names: [String], symbols: [String]) in
        let factor = row.factor.split(separator: "/").map { Rational(decimal: $0) }
        guard let top = factor.first ?? nil, let bottom = factor.count == 2 ? factor[1] : Rational(1),
            let factor = top.divided(by: bottom)
        else { preconditionFailure("a factor of the table is no number") }
        let names = row.names.split(separator: ",").map(String.init)
        let unit = Unit(dimension: row.dimension, factor: factor, singular: names[0], plural: names[1])
        return (unit, names, row.symbols.split(separator: " ").map(String.init))
    }

    private static let names = table { $0.names.map { $0.lowercased() } }
    private static let symbols = table { $0.symbols }

    private static func table(
        _ keys: ((Unit, names: [String], symbols: [String])) -> [String]
    ) -> [String: Unit] {
        var table: [String: Unit] = [:]
        for row in parsed { for key in keys(row) { table[key] = row.0 } }
        return table
    }

    private typealias Row = (dimension: Unit.Dimension, factor: String, names: String, symbols: String)

    private static let rows: [Row] = lengths + masses + volumes + times + speeds + areas + data + physics

    private static let lengths: [Row] = [
        (.length, "1000", "kilometre,kilometres,kilometer,kilometers,kms", "km Km KM"),
        (.length, "1", "metre,metres,meter,meters", "m"),
        (.length, "0.1", "decimetre,decimetres,decimeter,decimeters", "dm"),
        (.length, "0.01", "centimetre,centimetres,centimeter,centimeters,cms", "cm Cm CM"),
        (.length, "0.001", "millimetre,millimetres,millimeter,millimeters", "mm"),
        (.length, "0.000001", "micrometre,micrometres,micrometer,micrometers,micron,microns", "µm μm um"),
        (.length, "0.000000001", "nanometre,nanometres,nanometer,nanometers", "nm"),
        (.length, "1609.344", "mile,miles", "mi"), (.length, "0.9144", "yard,yards", "yd yds"),
        (.length, "0.3048", "foot,feet", "ft Ft FT"), (.length, "0.0254", "inch,inches", "in"),
        (.length, "1852", "nautical mile,nautical miles", "nmi"), (.length, "201.168", "furlong,furlongs", ""),
        (.length, "1.8288", "fathom,fathoms", ""),
    ]
    private static let masses: [Row] = [
        (.mass, "1000000", "tonne,tonnes,metric ton,metric tons", "t"),
        (.mass, "1000000", "megagram,megagrams", "Mg"),
        (.mass, "1000", "kilogram,kilograms,kilogramme,kilogrammes,kilo,kilos,kgs", "kg Kg KG"),
        (.mass, "1", "gram,grams,gramme,grammes", "g"), (.mass, "0.001", "milligram,milligrams", "mg"),
        (.mass, "0.000001", "microgram,micrograms", "µg μg ug mcg"),
        (.mass, "453.59237", "pound,pounds", "lb lbs Lb LB Lbs LBS"), (.mass, "28.349523125", "ounce,ounces", "oz"),
        (.mass, "6350.29318", "stone,stone,stones", ""), (.mass, "0.2", "carat,carats", ""),
    ]
    private static let volumes: [Row] = [
        (.volume, "1000", "cubic metre,cubic metres,cubic meter,cubic meters", "m³ m^3 m3"),
        (.volume, "1", "litre,litres,liter,liters", "l L"),
        (.volume, "0.1", "decilitre,decilitres,deciliter,deciliters", "dl dL"),
        (.volume, "0.01", "centilitre,centilitres,centiliter,centiliters", "cl cL"),
        (.volume, "0.001", "millilitre,millilitres,milliliter,milliliters", "ml mL"),
        (.volume, "0.001", "cubic centimetre,cubic centimetres,cubic centimeter,cubic centimeters", "cm³ cm^3 cm3 cc"),
        (.volume, "28.316846592", "cubic foot,cubic feet", "ft³ ft^3 ft3"),
        (.volume, "0.016387064", "cubic inch,cubic inches", "in³ in^3 in3"),
        (.volume, "3.785411784", "US gallon,US gallons,gallon,gallons", "gal"),
        (.volume, "0.946352946", "US quart,US quarts,quart,quarts", "qt"),
        (.volume, "0.473176473", "US pint,US pints,pint,pints", ""),
        (.volume, "0.2365882365", "US cup,US cups,cup,cups", ""),
        (
            .volume, "0.0295735295625",
            "US fluid ounce,US fluid ounces,fluid ounce,fluid ounces,fl oz,fl. oz,floz", ""
        ),
        (.volume, "0.01478676478125", "US tablespoon,US tablespoons,tablespoon,tablespoons", "tbsp"),
        (.volume, "0.00492892159375", "US teaspoon,US teaspoons,teaspoon,teaspoons", "tsp"),
        (
            .volume, "4.54609",
            "imperial gallon,imperial gallons,UK gallon,UK gallons,british gallon,british gallons", ""
        ),
        (.volume, "0.56826125", "imperial pint,imperial pints,UK pint,UK pints,british pint,british pints", ""),
    ]
    private static let times: [Row] = [
        (.time, "0.001", "millisecond,milliseconds", "ms"), (.time, "0.000001", "microsecond,microseconds", "µs μs us"),
        (.time, "0.000000001", "nanosecond,nanoseconds", "ns"), (.time, "1", "second,seconds", "s sec secs"),
        (.time, "60", "minute,minutes", "min mins"), (.time, "3600", "hour,hours", "h hr hrs"),
        (.time, "86400", "day,days", ""), (.time, "604800", "week,weeks", ""),
        (.time, "1209600", "fortnight,fortnights", ""),
        // How long a month is, nobody can say; how many make a year, everybody.
        (.months, "1", "month,months", ""), (.months, "12", "year,years", "yr yrs"),
        (.months, "120", "decade,decades", ""), (.months, "1200", "century,centuries", ""),
        (.months, "12000", "millennium,millennia,millenniums", ""),
    ]
    private static let speeds: [Row] = [
        (.speed, "1", "metre per second,metres per second,meter per second,meters per second", "m/s"),
        (
            .speed, "1000/3600",
            "kilometre per hour,kilometres per hour,kilometer per hour,kilometers per hour,km per hour,km an hour",
            "km/h kmh kph km/hr kmph"
        ),
        (.speed, "0.44704", "mile per hour,miles per hour,miles an hour", "mph Mph MPH mi/h"),
        (.speed, "1852/3600", "knot,knots", "kn"),
        (.speed, "0.3048", "foot per second,feet per second", "ft/s fps"),
    ]
    private static let areas: [Row] = [
        (
            .area, "1000000", "square kilometre,square kilometres,square kilometer,square kilometers,sq km",
            "km² km^2 km2"
        ),
        (.area, "10000", "hectare,hectares", "ha"), (.area, "4046.8564224", "acre,acres", ""),
        (.area, "1", "square metre,square metres,square meter,square meters,sq m", "m² m^2 m2"),
        (
            .area, "0.0001", "square centimetre,square centimetres,square centimeter,square centimeters,sq cm",
            "cm² cm^2 cm2"
        ),
        (
            .area, "0.000001", "square millimetre,square millimetres,square millimeter,square millimeters",
            "mm² mm^2 mm2"
        ),
        (.area, "2589988.110336", "square mile,square miles,sq mi", "mi² mi^2 mi2"),
        (.area, "0.83612736", "square yard,square yards,sq yd", "yd² yd^2 yd2"),
        (.area, "0.09290304", "square foot,square feet,sq ft,sqft", "ft² ft^2 ft2"),
        (.area, "0.00064516", "square inch,square inches,sq in", "in² in^2 in2"),
    ]
    /// Bytes of a thousand; those of 1,024 have names of their own. A small b may be a bit or a byte, and is converted
    /// only among its like.
    private static let data: [Row] = [
        (.data, "1", "byte,bytes", "B"), (.data, "1000", "kilobyte,kilobytes", "kB KB"),
        (.data, "1000000", "megabyte,megabytes", "MB"), (.data, "1000000000", "gigabyte,gigabytes", "GB"),
        (.data, "1000000000000", "terabyte,terabytes", "TB"), (.data, "1000000000000000", "petabyte,petabytes", "PB"),
        (.data, "1024", "kibibyte,kibibytes", "KiB"), (.data, "1048576", "mebibyte,mebibytes", "MiB"),
        (.data, "1073741824", "gibibyte,gibibytes", "GiB"), (.data, "1099511627776", "tebibyte,tebibytes", "TiB"),
        (.data, "0.125", "bit,bits", ""), (.data, "125", "kilobit,kilobits", "Kb kbit Kbit"),
        (.data, "125000", "megabit,megabits", "Mb Mbit"), (.data, "125000000", "gigabit,gigabits", "Gb Gbit"),
        (.data, "125000000000", "terabit,terabits", "Tb Tbit"),
        (.unclearData, "1000", "kb,kb", "kb"), (.unclearData, "1000000", "mb,mb", "mb"),
        (.unclearData, "1000000000", "gb,gb", "gb"), (.unclearData, "1000000000000", "tb,tb", "tb"),
        (.dataRate, "1", "byte per second,bytes per second", "B/s"),
        (.dataRate, "1000", "kilobyte per second,kilobytes per second", "kB/s KB/s"),
        (.dataRate, "1000000", "megabyte per second,megabytes per second", "MB/s MBps"),
        (.dataRate, "1000000000", "gigabyte per second,gigabytes per second", "GB/s GBps"),
        (.dataRate, "125", "kilobit per second,kilobits per second", "kbit/s kbps Kbps"),
        (.dataRate, "125000", "megabit per second,megabits per second", "Mbit/s Mb/s Mbps"),
        (.dataRate, "125000000", "gigabit per second,gigabits per second", "Gbit/s Gb/s Gbps"),
    ]
    private static let physics: [Row] = [
        (.energy, "1", "joule,joules", "J"), (.energy, "1000", "kilojoule,kilojoules", "kJ"),
        (.energy, "1000000", "megajoule,megajoules", "MJ"), (.energy, "4184", "kilocalorie,kilocalories", "kcal"),
        (.energy, "3600", "watt-hour,watt-hours,watt hour,watt hours", "Wh"),
        (.energy, "3600000", "kilowatt-hour,kilowatt-hours,kilowatt hour,kilowatt hours", "kWh KWh kwh"),
        (.power, "1", "watt,watts", "W"), (.power, "1000", "kilowatt,kilowatts", "kW KW"),
        (.power, "1000000", "megawatt,megawatts", "MW"), (.power, "0.001", "milliwatt,milliwatts", "mW"),
        (.pressure, "1", "pascal,pascals", "Pa"), (.pressure, "100", "hectopascal,hectopascals", "hPa"),
        (.pressure, "1000", "kilopascal,kilopascals", "kPa"), (.pressure, "100000", "bar,bar,bars", ""),
        (.pressure, "100", "millibar,millibars", "mbar"), (.pressure, "101325", "atmosphere,atmospheres", "atm"),
        (.pressure, "4.4482216152605/0.00064516", "pound per square inch,pounds per square inch", "psi PSI"),
    ]
}
