"""A telephone hotline: menus, a weighted queue, operators, a call log."""
