"""The Jinja environment of one language: every template compiled once, every value escaped."""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from jobs.render.formats import Formats
from jobs.render.language import Messages

_CONSTANT_WORDS = re.compile(r'\{\{ _\(("(?:[^"\\]|\\.)*")\) \}\}')
# A full-width mark has its blank within itself; templates have one between sentences, for other languages.
_TAG_WITHIN_LINE = re.compile(r"</?(?:a|b|code|small|span)\b[^<>]*>")
_AFTER_WIDE = re.compile(rf"(?<=[\u3001\u3002\uff01\uff09\uff0c\uff1a\uff1b\uff1f])(?:\s|{_TAG_WITHIN_LINE.pattern})+")
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class _Worded(FileSystemLoader):
    """Templates with the messages put in that have no variables: once, not on each of a thousand pages."""

    def __init__(self, folder: Path, messages: Messages) -> None:
        super().__init__(folder)
        self._messages = messages

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, is_current = super().get_source(environment, template)
        worded = _CONSTANT_WORDS.sub(lambda found: self._messages.gettext(literal_eval(found[1])), source)
        return worded, path, is_current


class _Compiled(BytecodeCache):
    """What was compiled in this process, by name and text: a back-fill renders week after week."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class Templates:
    """Turns a context into the page that it is the context of."""

    def __init__(self, folder: Path, messages: Messages, formats: Formats) -> None:
        self._environment = Environment(
            loader=_Worded(folder, messages),
            bytecode_cache=_COMPILED,
            optimized=False,  # constants run through a filter would be kept as one reader writes them
            autoescape=_is_markup,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        )
        self._environment.policies["ext.i18n.trimmed"] = True
        self._environment.filters.update(formats.filters())
        self._environment.globals.update(gettext=messages.gettext, ngettext=messages.ngettext, _=messages.gettext)
        self._environment.newstyle_gettext = True  # type: ignore[attr-defined]

    def render(self, context: Any) -> str:
        """The HTML of one page; `context` is a dataclass with its template's name in `template`."""
        template = self._environment.get_template(context.template)
        page = template.render({field.name: getattr(context, field.name) for field in fields(context)})
        return _AFTER_WIDE.sub(lambda found: "".join(_TAG_WITHIN_LINE.findall(found[0])), page)


def _is_markup(name: str | None) -> bool:
    """Jinja's own selection does not know the ending .html.j2 and would leave such pages unescaped."""
    return name is not None and name.endswith(".html.j2")


def read_css(folder: Path, name: str = "report.css") -> str:
    """A style sheet as it stands in a page: without comments and line breaks."""
    text = _CSS_COMMENT.sub("", (folder / name).read_text(encoding="utf-8"))
    return re.sub(r"\s*\n\s*", "", text).strip()
