"""The ledger: every cent moved once, from one account to another, and never changed after.

A transfer debits one account and credits another by the same positive number of cents, so
debits equal credits by construction and balances are only ever derived. ``entries`` holds the
table of what each event of the trade debits and credits.
"""
