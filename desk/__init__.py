"""The counter of the mission: printing, and later its pages."""
