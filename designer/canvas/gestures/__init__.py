"""What people do with mouse, pen and touchpad: one gesture a file. A gesture ends in an intent or in nothing.

To add one: a file with a class that has ``move``, ``release``, ``cancel`` and ``paint``, begun in ``hands``.
"""
