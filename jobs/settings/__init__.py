"""config/default.toml with a workspace's batna.toml laid over it, as frozen, typed settings."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from jobs import shipped
from jobs.errors import SettingsError
from jobs.settings.consistency import faults_of
from jobs.settings.faults import as_error, key_paths, type_faults
from jobs.settings.model import Settings
from jobs.settings.service_faults import service_faults
from jobs.settings.tables import PolicyCell
from jobs.settings.toml_text import merged, read_toml
from jobs.workspace import SETTINGS_FILE

__all__ = ["PolicyCell", "Settings", "key_paths", "load_settings", "parse_settings", "with_line"]


def load_settings(workspace: Path) -> Settings:
    """The settings of a workspace.

    Raises SettingsError, with file and line, where batna.toml is missing or says what cannot be used.
    """
    place = workspace / SETTINGS_FILE
    try:
        text = place.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        mend = "Run `batna init` there first, or name the workspace with --workspace"
        raise SettingsError(str(workspace), "this folder is no workspace: it has no batna.toml", mend) from None
    except OSError as error:
        raise SettingsError(str(place), f"cannot be read ({error.strerror})", "Let this user read it") from None
    except UnicodeDecodeError as error:
        raise SettingsError(str(place), f"cannot be read as UTF-8 text ({error})", "Save it as UTF-8") from None
    return parse_settings(text, str(place))


def parse_settings(text: str, place: str = SETTINGS_FILE) -> Settings:
    """Settings from the text of a batna.toml; `place` is how messages name it. Raises SettingsError."""
    defaults = read_toml((shipped.CONFIG / "default.toml").read_text(encoding="utf-8"), "config/default.toml")
    file = read_toml(text, place)
    values = merged(defaults.values, file.values)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults = type_faults(error, values)
    else:
        faults = [*faults_of(settings), *service_faults(settings)]
        if not faults:
            return settings
    raised = as_error(faults, file)
    assert raised is not None, "there is at least one fault"
    raise raised


def with_line(error: SettingsError, file: Path) -> SettingsError:
    """The same error with the line of its key, for faults in tables that another stage reads ([sources])."""
    if not error.key_path:
        return error
    where = read_toml(file.read_text(encoding="utf-8-sig"), str(file)).where(error.key_path)
    return SettingsError(error.place.replace(str(file), where, 1), error.fault, error.mend)
