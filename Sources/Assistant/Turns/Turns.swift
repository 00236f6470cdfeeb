// Turns
