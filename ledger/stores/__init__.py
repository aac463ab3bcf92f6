"""Where events are kept: SQLite and PostgreSQL behind one small port."""
