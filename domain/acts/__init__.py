"""The kinds of civil-status act: one file each, found by themselves."""
