"""How the desk shows what it has: pages, words, and the answers to a form."""
