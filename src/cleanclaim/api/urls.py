"""The addresses of the REST door, refused where an operation declares no right."""

from django.urls import path

from cleanclaim.api.declaring import ROOT, api, refuse_undeclared
from cleanclaim.api.resources import (  # noqa: F401 - importing a module declares its operations
    checking,
    claims,
    codes,
    fhir,
    guide,
    ledger,
    patients,
    remits,
    tasks,
)

refuse_undeclared()
urlpatterns = [path(f"{ROOT}/", api.urls)]
