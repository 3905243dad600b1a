"""Today: the worklist and the money behind it."""

from django.http import HttpResponse

from cleanclaim.app.access import access_task
from cleanclaim.app.reading.today import Due, count_kinds, list_work, read_standing
from cleanclaim.app.rights import Permission
from cleanclaim.app.tasking import close_tasks
from cleanclaim.app.work import unit_of_work
from cleanclaim.web.access import SignedRequest
from cleanclaim.web.acting import InputError, act, read_choice, read_position
from cleanclaim.web.routes import route
from cleanclaim.web.templating import page


@route("", name="today", permission=Permission.TASKS_WORK)
def show_today(request: SignedRequest) -> HttpResponse:
    """Show what is to be done, the dearest and most urgent first."""
    signed = request.signed
    kinds = count_kinds(signed.organization)
    kind = read_choice(request, "kind", {row.kind for row in kinds})
    due = read_choice(request, "due", set(Due))
    sheet = list_work(
        signed.organization,
        signed.today,
        kind=kind,
        due=Due(due) if due else None,
        after=read_position(request),
    )
    standing = read_standing(signed.organization) if signed.may(Permission.LEDGER_READ) else None
    context = {"standing": standing, "kinds": kinds, "sheet": sheet, "kind": kind, "due": due}
    return page(request, "pages/today/worklist.html", context)


@route(
    "tasks/<int:task>/close", name="close-task", permission=Permission.TASKS_WORK, methods=("POST",)
)
def close_task(request: SignedRequest, task: int) -> HttpResponse:
    """Close a task with what came of it."""
    found = access_task(task, organization=request.signed.organization)

    def work() -> str:
        outcome = request.POST.get("outcome", "").strip()
        if not outcome:
            msg = "say in a word what came of it"
            raise InputError(msg)
        with unit_of_work(**request.signed.acting) as unit:
            close_tasks(unit, found.key, outcome=outcome[:200])
        return "Task closed."

    return act(request, "/", work)
