"""The Jinja environment of one language: every template compiled once, every value escaped."""

from __future__ import annotations

import re
from ast import literal_eval
from dataclasses import fields
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension

from jobs.render.formats import Formats
from jobs.render.language import Messages

_CONSTANT_WORDS = re.compile(r'\{\{ _\(("(?:[^"\\]|\\.)*")\) \}\}')
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class Templates:
    """Turns a context into the page that it is the context of."""

    def __init__(self, folder: Path, messages: Messages, formats: Formats) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=_is_markup,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        )
        self._environment.policies["ext.i18n.trimmed"] = True
        self._environment.filters.update(formats.filters())
        self._environment.add_extension(_words_at_compile_time(messages))
        self._environment.globals.update(gettext=messages.gettext, ngettext=messages.ngettext, _=messages.gettext)
        self._environment.newstyle_gettext = True  # type: ignore[attr-defined]

    def render(self, context: Any) -> str:
        """The HTML of one page; `context` is a dataclass with its template's name in `template`."""
        template = self._environment.get_template(context.template)
        return template.render({field.name: getattr(context, field.name) for field in fields(context)})


def _words_at_compile_time(messages: Messages) -> type[Extension]:
    """Messages without variables are put in when a template is compiled, not on each of a thousand pages."""

    class ConstantWords(Extension):
        def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
            return _CONSTANT_WORDS.sub(lambda found: messages.gettext(literal_eval(found[1])), source)

    return ConstantWords


def _is_markup(name: str | None) -> bool:
    """Jinja's own selection does not know the ending .html.j2 and would leave such pages unescaped."""
    return name is not None and name.endswith(".html.j2")


def read_css(folder: Path, name: str = "report.css") -> str:
    """A style sheet as it stands in a page: without comments and line breaks."""
    text = _CSS_COMMENT.sub("", (folder / name).read_text(encoding="utf-8"))
    return re.sub(r"\s*\n\s*", "", text).strip()
