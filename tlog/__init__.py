"""Tamper-evident logs: the formats of C2SP and RFC 6962. Pure: bytes in, bytes out."""
