"""What people type: one schema per form, whatever the channel."""

from forms.context import Choice, Context

__all__ = ["Choice", "Context"]
