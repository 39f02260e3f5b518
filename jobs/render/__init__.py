"""marts -> HTML: the pages of a week, and the list of weeks."""

from jobs.render.week import Progress, render_week, render_week_list

__all__ = ["Progress", "render_week", "render_week_list"]
