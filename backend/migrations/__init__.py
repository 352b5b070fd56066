"""Dated migrations, `m<year>_<month>_<day>_<what>.py`: what older code left becomes what this code reads.

Each has `due(db)`, which says what it would change, and `run(db)`, which changes it; both may be called again.
They read and write collections as they were then, whoever owns them now, without document classes.
"""
