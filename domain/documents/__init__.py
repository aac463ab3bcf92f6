"""The document types: one file each, found by themselves."""
