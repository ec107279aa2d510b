"""Tell Prometheus how the service stands: counters kept here, everything else read when it is asked for."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bridge.audiences import Audience
from bridge.room import Room
from bridge.terms import LinkState, SourceState
from bridge.views import MetersView, QuestionStatus
from web.events import Hub

PREFIX = "forward_prop"
BUCKETS_S = (0.005, 0.02, 0.1, 0.5, 2.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Figures:
    """What is counted call by call. A registry of its own: nothing is kept in the module."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._calls = Counter(
            f"{PREFIX}_http_requests",
            "HTTP calls answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._times = Histogram(
            f"{PREFIX}_http_request_seconds",
            "Time to answer HTTP calls.",
            ["route"],
            registry=self.registry,
            buckets=BUCKETS_S,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one call. ``route`` is the path as the table has it, so that there are few of them."""
        self._calls.labels(method, route, str(status)).inc()
        self._times.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)


class RoomCollector(Collector):
    """Reads room, connections and studio when Prometheus asks."""

    def __init__(self, hub: Hub, losses: Callable[[], int]) -> None:
        self._hub = hub
        self._losses = losses

    def collect(self) -> Iterator[Metric]:
        yield from _of_room(self._hub.room)
        yield from _of_hub(self._hub)
        lost = self._losses()
        yield CounterMetricFamily(f"{PREFIX}_studio_losses", "Times the media engine was lost.", value=lost)
        if self._hub.meters is not None:
            yield from _of_meters(self._hub.meters)


def _of_room(room: Room) -> Iterator[Metric]:
    yield GaugeMetricFamily(f"{PREFIX}_journal_entries", "Entries in the journal.", value=room.seq)
    yield GaugeMetricFamily(f"{PREFIX}_on_air", "1 while the programme is on air.", value=room.air.on)
    yield GaugeMetricFamily(f"{PREFIX}_blanked", "1 while the public gets slate and silence.", value=room.air.blanked)
    yield GaugeMetricFamily(f"{PREFIX}_studio_up", "1 while the media engine answers.", value=room.links.studio)
    counted = GaugeMetricFamily(f"{PREFIX}_questions", "Questions by status.", labels=["status"])
    for status in QuestionStatus:
        counted.add_metric([status], room.questions.counts.get(status, 0))
    yield counted
    live = GaugeMetricFamily(f"{PREFIX}_output_live", "1 while the output is live.", labels=["output", "kind"])
    for feed in room.setup.outputs:
        live.add_metric([feed.name, feed.kind], room.links.output(feed.name).state is LinkState.LIVE)
    yield live
    source = GaugeMetricFamily(f"{PREFIX}_source_live", "1 while the source is live.", labels=["source", "kind"])
    for feed in room.setup.sources:
        source.add_metric([feed.name, feed.kind], room.links.source(feed.name).state is SourceState.LIVE)
    yield source


def _of_hub(hub: Hub) -> Iterator[Metric]:
    connected = hub.connected()
    clients = GaugeMetricFamily(f"{PREFIX}_clients", "Connections of the event stream.", labels=["audience"])
    for audience in Audience:
        clients.add_metric([audience], connected[audience])
    yield clients
    yield CounterMetricFamily(f"{PREFIX}_messages", "Messages written to clients.", value=hub.sent)
    yield CounterMetricFamily(f"{PREFIX}_slow_clients", "Clients let go because they did not read.", value=hub.slow)


def _of_meters(meters: MetersView) -> Iterator[Metric]:
    yield GaugeMetricFamily(f"{PREFIX}_frames_per_second", "Pictures encoded in the last second.", value=meters.fps)
    yield CounterMetricFamily(f"{PREFIX}_frames_late", "Pictures that left the encoder late.", value=meters.late)
    yield CounterMetricFamily(f"{PREFIX}_frames_dropped", "Pictures never made.", value=meters.dropped)
    sent = CounterMetricFamily(f"{PREFIX}_output_frames", "Pictures written.", labels=["output"])
    dropped = CounterMetricFamily(f"{PREFIX}_output_frames_dropped", "Pictures dropped on the way.", labels=["output"])
    bitrate = GaugeMetricFamily(f"{PREFIX}_output_bits_per_second", "Bitrate of the last second.", labels=["output"])
    for output in meters.outputs:
        sent.add_metric([output.name], output.frames)
        dropped.add_metric([output.name], output.dropped)
        bitrate.add_metric([output.name], output.bitrate_bps)
    yield from (sent, dropped, bitrate)
