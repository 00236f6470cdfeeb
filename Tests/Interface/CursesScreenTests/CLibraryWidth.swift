import CNcurses

/// Cells that the C library gives a character in the thread's locale; -1 for what it cannot show.
func cellWidthOfCLibrary(_ scalar: Unicode.Scalar) -> Int {
    Int(cn_cell_width(wchar_t(bitPattern: scalar.value)))
}
