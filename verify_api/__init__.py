"""The checker: bytes to verdict, from published files alone."""
