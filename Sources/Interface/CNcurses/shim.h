#pragma once
#define NCURSES_WIDECHAR 1
#define _XOPEN_SOURCE_EXTENDED 1
#include <ncurses.h>
#include <term.h>
#include <wchar.h>

// What the importer cannot see: macros, globals and bit sets of the preprocessor.

static inline WINDOW *cn_standard_screen(void) {
    return stdscr;
}
static inline WINDOW *cn_current_screen(void) {
    return curscr;
}
static inline int cn_color_pairs(void) {
    return COLOR_PAIRS;
}
static inline int cn_colors(void) {
    return COLORS;
}

/// Cells that the C library, and so ncurses, gives a character in the present locale; -1 for what it cannot show.
static inline int cn_cell_width(wchar_t character) {
    return wcwidth(character);
}

static const attr_t cn_bold = A_BOLD;
static const attr_t cn_dim = A_DIM;
static const attr_t cn_italic = A_ITALIC;
static const attr_t cn_underline = A_UNDERLINE;
static const attr_t cn_reverse = A_REVERSE;

/// Puts one cell: a base character and the marks on it, ended by 0. Writing into the last cell of the screen reports an
/// error although it is done, so nothing is returned.
static inline void cn_put(WINDOW *window, int row, int column, const wchar_t *text, attr_t attributes, short pair) {
    cchar_t cell;
    if (setcchar(&cell, text, attributes, pair, NULL) == OK)
        mvwadd_wch(window, row, column, &cell);
}

/// Puts one cell of a single character.
static inline void cn_put_one(WINDOW *window, int row, int column, wchar_t text, attr_t attributes, short pair) {
    const wchar_t ended[] = {text, 0};
    cn_put(window, row, column, ended, attributes, pair);
}

/// What stands where nothing has been drawn, from the next erasing on.
static inline void cn_background(WINDOW *window, short pair) {
    cchar_t cell;
    if (setcchar(&cell, L" ", A_NORMAL, pair, NULL) == OK)
        wbkgrndset(window, &cell);
}
