"""Append, prove, publish: the signed event store."""
