"""Rules that follow from a table's declaration."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.lake import USER_BUCKETS, Table


def derived(table: Table) -> list[Expectation]:
    """Required columns are not null, the key is unique, the partition in range. `conform` checks columns and types."""
    return [*_required(table), _unique_key(table), *_partition(table)]


def _required(table: Table) -> list[Expectation]:
    return [gxe.ExpectColumnValuesToNotBeNull(column=name) for name in table.required]


def _unique_key(table: Table) -> Expectation:
    if len(table.key) == 1:
        return gxe.ExpectColumnValuesToBeUnique(column=table.key[0])
    return gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key))


def _partition(table: Table) -> list[Expectation]:
    if table.partition_by != ("user_bucket",):
        return []
    return [gxe.ExpectColumnValuesToBeBetween(column="user_bucket", min_value=0, max_value=USER_BUCKETS - 1)]
