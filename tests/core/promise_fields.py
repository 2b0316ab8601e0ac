"""What the fact of a promised call back says, where a test asks for nothing else."""

from typing import Any

PROMISE: dict[str, Any] = {
    "number": "sealed",
    "at_any_hour": True,
    "in_writing": False,
    "dialled": "+12025550101",
    "started": "",
    "arrived": "",
    "language": "uk",
    "topic": "myself",
    "urgency": "urgent",
    "location": "none",
}
