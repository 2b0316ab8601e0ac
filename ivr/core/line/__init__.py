"""A hotline as its folder describes it: menus, prompts, hours; and its faults."""
