"""The root of every exception that Cleanclaim raises on purpose."""


class CleanclaimError(Exception):
    """Something outside the data is wrong: a caller's mistake or a failing environment.

    ``code`` is stable and public; doors (web, command line) turn any of these into an answer
    in one place. Mistakes *in* the data are findings, not exceptions.
    """

    code = "error"
