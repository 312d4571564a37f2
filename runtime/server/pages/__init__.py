"""The task inbox: plain pages for people, without JavaScript. A module here exports ``router`` (behind the session), or
``public`` (before it: the login page and the style sheet), or both; found by walking."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from fastapi import APIRouter


def _modules() -> list[ModuleType]:
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]


def page_routers() -> list[APIRouter]:
    """Pages that need a session."""
    return [module.router for module in _modules() if hasattr(module, "router")]


def public_routers() -> list[APIRouter]:
    """What stands before the login; ``access.PUBLIC`` lists it, and a test compares."""
    return [module.public for module in _modules() if hasattr(module, "public")]
