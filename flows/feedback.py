"""Lands feedback that listeners gave in the app as pages of the source `segue`, so that the lake can use it."""

import json
from datetime import UTC, datetime

from flows.app_database import app_database
from flows.landing import Page, folder_of, land
from flows.settings import Settings

SOURCE, METHOD = "segue", "feedback"


def land_feedback(settings: Settings) -> int:
    """Land all events that are in no page yet, one page per listener; returns the number of events.

    An event that a killed process landed but did not mark as landed is landed again, as the same event.
    Raises `BadDatabase`.
    """
    now, count = datetime.now(UTC), 0
    with app_database(settings) as database:
        if database is None:
            return 0
        from ui.feedback_log import FeedbackLog

        log = FeedbackLog(database)
        for listener, events in log.not_landed().items():
            body = json.dumps([event.as_text() for event in events], ensure_ascii=False)
            page = Page(SOURCE, METHOD, listener, {}, body)
            folder = folder_of(settings.home / "bronze", SOURCE, METHOD, listener) / f"{now:%Y-%m}"
            land(page, folder, f"events-{events[0].number:09}", fetched_at=now)
            log.landed([event.number for event in events], page.batch_id)
            count += len(events)
    return count
