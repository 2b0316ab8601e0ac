"""A hotline as its folder says it: menus, prompts, hours; and what is wrong there."""
