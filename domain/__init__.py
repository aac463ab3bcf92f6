"""What the state promises: pure functions and frozen records. No I/O, no clock, no keys."""
