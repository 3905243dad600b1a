"""The worklist: what is to be done, and that it was done."""

from typing import Annotated

import msgspec
from ninja import Query

from cleanclaim.api.cursors import Page, page_of, read_cursor
from cleanclaim.api.declaring import TokenRequest, operation, read_value
from cleanclaim.api.resources.patients import Cursor, Number
from cleanclaim.app.access import access_task
from cleanclaim.app.reading.today import Due, WorkItem, list_work
from cleanclaim.app.rights import Permission
from cleanclaim.app.tasking import close_tasks
from cleanclaim.app.work import unit_of_work


class Completion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of a task, in a word; never who the patient is."""

    outcome: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Closed(msgspec.Struct, frozen=True):
    """Whether the task was open until now."""

    closed: bool


@operation("GET", "/tasks", tag="tasks", permission=Permission.TASKS_WORK, answer=Page[WorkItem])
def list_tasks(
    request: TokenRequest,
    kind: Annotated[str, Query(max_length=20)] = "",
    due: Due | None = None,
    cursor: Cursor = "",
) -> Page[WorkItem]:
    """List open tasks by value times urgency, the dearest and most urgent first."""
    caller = request.caller
    name = f"tasks:{kind}:{due or ''}"
    after = read_cursor(cursor, name, caller)
    sheet = list_work(caller.organization, caller.today, kind=kind, due=due, after=after)
    return page_of(sheet, name, caller)


@operation(
    "POST",
    "/tasks/{int:task}/complete",
    tag="tasks",
    permission=Permission.TASKS_WORK,
    answer=Closed,
    body=Completion,
    changes=True,
)
def complete_task(request: TokenRequest, task: Number) -> Closed:
    """Close a task with what came of it."""
    caller = request.caller
    found = access_task(task, organization=caller.organization)
    asked = read_value(request.content, Completion)
    with unit_of_work(**caller.acting) as work:
        return Closed(close_tasks(work, found.key, outcome=asked.outcome) > 0)
