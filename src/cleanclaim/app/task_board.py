"""Tasks opened and closed many at once: the same rules as one by one, in a few statements."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from cleanclaim.app.work import UnitOfWork
from cleanclaim.store.bulk import insert_rows, update_rows
from cleanclaim.store.tasks.models import Task

_FIELDS = (
    *("kind", "title", "next_step", "claim_id", "patient_id", "value_cents", "due_on"),
    *("opened_at", "closed_at", "outcome"),
)


class Opening(msgspec.Struct, frozen=True):
    """A task to be opened; ``claim`` and ``patient`` are our ids, ``value_cents`` is at stake."""

    key: str
    kind: str
    title: str
    next_step: str
    claim: int | None = None
    patient: int | None = None
    value_cents: int = 0
    due_on: date | None = None


class Closing(msgspec.Struct, frozen=True):
    """A task to be closed, if it is open, and how it ended."""

    key: str
    outcome: str


class _Kept:
    """A task as it stands while the steps are taken; ``told`` are the events it went through."""

    def __init__(self, fields: dict[str, object], pk: int | None = None) -> None:
        self.pk = pk
        self.fields = fields
        self.changed = pk is None
        self.told: list[tuple[str, str]] = []

    @property
    def is_open(self) -> bool:
        return self.fields["closed_at"] is None

    def open(self, step: Opening, at: datetime) -> None:
        """Open the closed one again; of an open one only the value is restated."""
        if self.is_open:
            self.changed |= self.fields["value_cents"] != step.value_cents
            self.fields["value_cents"] = step.value_cents
            return
        self.fields = _fields(step, at)
        self.changed = True
        self.told.append(("task.opened", step.kind))

    def close(self, step: Closing, at: datetime) -> None:
        self.fields |= {"closed_at": at, "outcome": step.outcome}
        self.changed = True
        self.told.append(("task.closed", step.outcome))


def _fields(step: Opening, at: datetime) -> dict[str, object]:
    told = msgspec.structs.asdict(step)
    told |= {"claim_id": told.pop("claim"), "patient_id": told.pop("patient")}
    told |= {"opened_at": at, "closed_at": None, "outcome": ""}
    return {name: told[name] for name in _FIELDS}


class TaskBoard:
    """Collects what is to be opened and closed, in order, and writes it together."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._steps: list[Opening | Closing] = []

    def open(self, step: Opening) -> None:
        """Open a task, or open again the closed one of the same cause."""
        self._steps.append(step)

    def close(self, key: str, outcome: str) -> None:
        """Close the task of a cause where one is open by then."""
        self._steps.append(Closing(key, outcome))

    def write(self) -> None:
        """Write what was collected and tell its events."""
        kept = self._load()
        for step in self._steps:
            self._take(step, kept)
        self._steps.clear()
        self._insert({key: task for key, task in kept.items() if task.pk is None})
        changed = [task for task in kept.values() if task.changed]
        organization = self._work.organization
        rows = [(organization, task.pk, *task.fields.values()) for task in changed]
        update_rows(Task, _FIELDS, rows)
        for task in kept.values():
            self._tell(task)

    def _take(self, step: Opening | Closing, kept: dict[str, _Kept]) -> None:
        at = self._work.at
        task = kept.get(step.key)
        if isinstance(step, Closing):
            if task is not None and task.is_open:
                task.close(step, at)
        elif task is None:
            kept[step.key] = task = _Kept(_fields(step, at))
            task.told.append(("task.opened", step.kind))
        else:
            task.open(step, at)

    def _load(self) -> dict[str, _Kept]:
        keys = {step.key for step in self._steps}
        rows = Task.objects.of(self._work.organization).filter(key__any_of=keys)
        return {
            key: _Kept(dict(zip(_FIELDS, fields, strict=True)), pk)
            for key, pk, *fields in rows.values_list("key", "pk", *_FIELDS)
        }

    def _insert(self, new: dict[str, _Kept]) -> None:
        rows: Sequence[tuple[object, ...]] = [
            (self._work.organization, key, *task.fields.values()) for key, task in new.items()
        ]
        columns = ("organization_id", "key", *_FIELDS)
        for key, pk in insert_rows(Task, columns, rows, returning=("key", "id")):
            new[key].pk, new[key].changed = pk, False

    def _tell(self, task: _Kept) -> None:
        for action, detail in task.told:
            word = "kind" if action == "task.opened" else "outcome"
            patient, claim = task.fields["patient_id"], task.fields["claim_id"]
            self._work.tell(
                action,
                ("task", int(str(task.pk))),
                patient=patient if isinstance(patient, int) else None,
                claim=claim if isinstance(claim, int) else None,
                **{word: detail},
            )
