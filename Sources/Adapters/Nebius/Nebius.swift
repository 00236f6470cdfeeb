// Nebius
