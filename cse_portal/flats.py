"""Finds the rooms that register themselves, on a floor and in each of its flats."""

from importlib import import_module
from pathlib import Path

from django.apps import apps


def import_rooms(room: str) -> None:
    """Import every module of this name: of each app, and of each folder directly below it."""
    for config in apps.get_app_configs():
        home = Path(config.path)
        for found in sorted([*home.glob(f"{room}.py"), *home.glob(f"*/{room}.py")]):
            import_module(".".join([config.name, *found.relative_to(home).with_suffix("").parts]))
