"""An operator for cosmic-ray, which has none like it: a statement is left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Keyword

# Without an import there is only a NameError; the others change nothing.
KEPT = {"import_name", "import_from", "string", "keyword"}


class RemoveStatement(Operator):  # type: ignore[misc] # cosmic-ray has no types
    """Puts `pass` in place of a simple statement: the step that a learner forgets."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """One position for each simple statement."""
        if node.type == "simple_stmt" and node.children[0].type not in KEPT:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:  # noqa: ARG002 - there is one position only
        """The statement as `pass`."""
        first = node.children[0].get_first_leaf()
        node.children[0] = Keyword("pass", first.start_pos, first.prefix)
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """As cosmic-ray's own operators show what they do."""
        return (Example("send()\nlog()\n", "send()\npass\n", occurrence=1),)
