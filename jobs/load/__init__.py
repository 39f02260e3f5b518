"""Exports -> raw.*: recognise, read, cast, refuse, version. Everything other packages use stands here."""

from jobs.load.entities import Column, Entity, create_raw_tables, entities
from jobs.load.load import load_files
from jobs.load.results import FileResult, IncomingFile, LoadOptions, LoadResult, Told
from jobs.load.template import template

__all__ = [
    "Column",
    "Entity",
    "FileResult",
    "IncomingFile",
    "LoadOptions",
    "LoadResult",
    "Told",
    "create_raw_tables",
    "entities",
    "load_files",
    "template",
]
