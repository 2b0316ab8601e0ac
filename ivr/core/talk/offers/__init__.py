"""An operator is offered a caller, by telephone or at the desk."""
