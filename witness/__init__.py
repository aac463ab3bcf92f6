"""A witness of tamper-evident logs (c2sp.org/tlog-witness), for any log."""
