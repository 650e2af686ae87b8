"""Pictures of numbers and words, drawn in a process of their own.

Here are `charts` (what to draw, as plain values) and `studio` (who has it drawn); the rest runs in
the worker, `python -m bot.pictures`, and is the only place where matplotlib is imported. It is
matplotlib because axes, text that fits and smooth edges are what it exists for and not what this
project does; it is another process because it weighs more than the whole bot beside it, and because
a drawing may take long, fail or hang, none of which a member who waits for coins should notice.
"""
