"""The command `redress`: publishes like an adapter or an agent, reads each service's read-only views."""


def main() -> None:
    """Imported here, so that `import deploy.cli.views` does not build the whole command."""
    from deploy.cli.app import app  # noqa: PLC0415

    app()
