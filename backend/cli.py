"""The command `chati`: each group lives in its slice's commands.py and is only collected here."""

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def chati() -> None:
    """Chati 查梯: public lift information and supervision."""
