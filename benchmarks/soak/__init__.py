"""A year of weeks under kills, with analysts reading all the while: what is promised, and whether it was kept."""
