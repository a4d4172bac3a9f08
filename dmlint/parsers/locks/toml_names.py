"""Which tables and keys of a TOML file are taken, so that none is defined twice."""

from __future__ import annotations

from msgspec import Struct, field


class Names(Struct, frozen=True):
    """The dotted names that were defined so far, in a file (or a part of one) whose keys are never dotted."""

    values: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    arrays: set[str] = field(default_factory=set)
    implied: set[str] = field(default_factory=set)
    """Tables that exist because a table in them does."""

    def add_value(self, name: str) -> bool:
        """Take a key; False where the name is taken."""
        taken = name in self.values or name in self.tables or name in self.arrays or name in self.implied
        self.values.add(name)
        return not taken

    def add_table(self, name: str) -> bool:
        """Take the header ``[name]``; False where it cannot stand here."""
        taken = name in self.values or name in self.tables or name in self.arrays or not self._imply(name)
        self.tables.add(name)
        return not taken

    def add_array(self, name: str) -> bool:
        """Take the header ``[[name]]``, which opens a table without names; False where it cannot stand here."""
        fresh = name not in self.arrays
        taken = name in self.values or name in self.tables or (fresh and name in self.implied) or not self._imply(name)
        inner = f"{name}."
        for names in (self.values, self.tables, self.arrays, self.implied):
            names.difference_update([one for one in names if one.startswith(inner)])
        self.arrays.add(name)
        return not taken

    def _imply(self, name: str) -> bool:
        """Note the tables around one; False where one of them is a plain value."""
        outer = name.rpartition(".")[0]
        while outer:
            if outer in self.values:
                return False
            self.implied.add(outer)
            outer = outer.rpartition(".")[0]
        return True
