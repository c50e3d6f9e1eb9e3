"""One tab at work: its open session, its connection, and what a page does with the doors.

Pages call this and paint what it gives; it paints nothing itself.
"""

from components.desk.opening import Desk, desk, new_session

__all__ = ["Desk", "desk", "new_session"]
