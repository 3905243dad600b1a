"""Ways to be paid by card: what a processor must do, its signed events, and one to practise with.

No card number passes through Cleanclaim: the patient types it at the processor, and what comes
back is an event with our own reference in it.
"""
