"""The exchange, which is installed apart: the service runs without it."""

from importlib import import_module

from ivr.core.model.errors import Faults

EXCHANGE = "exchange"
"""The program, as ``python -m`` runs it."""
SERVER = "exchange.hosts.server"
"""The module that this program imports."""


def load_exchange(module: str = SERVER) -> None:
    """Import the exchange; raises Faults with the remedy when it is not installed."""
    try:
        import_module(module)
    except ModuleNotFoundError as absent:
        fault = (
            f"the exchange is not installed ({absent}); in the folder of the source"
            " say: make setup, or: pip install ./exchange"
        )
        raise Faults([fault]) from absent
