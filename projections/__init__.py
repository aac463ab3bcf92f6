"""Disposable views, rebuilt from the events."""
