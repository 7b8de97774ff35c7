"""Wards and hours: where and when, from concerns, missing episodes, intelligence and places of concern."""
