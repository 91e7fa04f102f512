"""The server's figures as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.jobs.kinds import KINDS
from bot.vitals import Figures

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition(figures: Figures) -> bytes:
    """One scrape. What was counted lies in the database, so that a restart sets no counter back."""
    registry = CollectorRegistry()
    registry.register(_Once(figures))
    return generate_latest(registry)


class _Once(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        figures = self._figures
        yield GaugeMetricFamily(
            "zhilu_schedule_last_beat_seconds", "Seconds since the schedule last ran.", figures.beat_seconds
        )
        yield CounterMetricFamily(
            "zhilu_schedule_silences", "Times the schedule was silent for too long.", figures.silences
        )
        yield GaugeMetricFamily("zhilu_terms_open", "Deadlines that run.", figures.terms_open)
        yield GaugeMetricFamily(
            "zhilu_terms_overdue", "Deadlines that run and are past their end.", figures.terms_overdue
        )
        yield GaugeMetricFamily("zhilu_outbox_queued", "Messages owed and not sent yet.", figures.queued)
        failed = CounterMetricFamily(
            "zhilu_outbox_failed", "Messages that could not be delivered.", labels=["transport"]
        )
        for transport, count in figures.failed.items():
            failed.add_metric([transport], count)
        yield failed
        waiting = GaugeMetricFamily("zhilu_jobs_waiting", "Jobs that no worker has taken yet.", labels=["kind"])
        for kind in sorted({*KINDS, *figures.jobs}):
            waiting.add_metric([kind], figures.jobs.get(kind, 0))
        yield waiting
        yield GaugeMetricFamily("zhilu_updates_pending", "Updates received and not worked off yet.", figures.updates)
