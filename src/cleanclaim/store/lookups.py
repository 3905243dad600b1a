"""Look-ups by thousands of keys at once: one array instead of a parameter a key."""

from typing import Any

from django.db.models import BigAutoField, CharField, ForeignKey, Lookup, PositiveBigIntegerField
from django.db.models import BigIntegerField as BigInteger
from django.db.models.sql.compiler import SQLCompiler


class AnyOf(Lookup):
    """``column__any_of=[…]`` is ``column = ANY (array)``; an empty array finds nothing."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:  # noqa: ANN401 - Django's signature
        """Write the condition."""
        column, parameters = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.target_field if self._is_key else self.lhs.output_field
        array = kind.rel_db_type(connection) if self._is_key else kind.db_type(connection)
        return f"{column} = ANY (%s::{array}[])", [*parameters, list(self.rhs)]

    @property
    def _is_key(self) -> bool:
        return isinstance(self.lhs.output_field, ForeignKey)


for _field in (BigAutoField, BigInteger, CharField, ForeignKey, PositiveBigIntegerField):
    _field.register_lookup(AnyOf)
