// CursesScreen
