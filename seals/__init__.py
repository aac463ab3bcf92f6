"""Bytes on paper: one file per format, its grammar on top. No I/O, no keys, no database."""
