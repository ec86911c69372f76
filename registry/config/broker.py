"""Kombu's file-system transport, made safe for several processes and for kill -9.

Kombu creates a message's file first and writes it afterwards, so that a worker may read it empty, and an
unreadable message ends the worker (https://github.com/celery/kombu/issues/1551). Here files appear whole, and
what cannot be read is dropped: batches, letters and status lists go on from their rows.
"""

import logging
import time
import uuid
from pathlib import Path

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    def _put(self, queue, payload, **_kwargs):
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, payload)

    def _get(self, queue):
        while True:
            try:
                return super()._get(queue)
            except ValueError:  # its file is gone already; the next one
                log.warning("a message that cannot be read was dropped")

    def get_table(self, exchange):
        for _try in range(50):
            try:
                return super().get_table(exchange)
            except ValueError:  # another process is writing it
                time.sleep(0.01)
        raise ChannelError(f"Cannot read the table of {exchange}")

    def _queue_bind(self, exchange, routing_key, pattern, queue):
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        table = self.get_table(exchange)
        if bound not in table:
            self.control_folder.mkdir(parents=True, exist_ok=True)
            _write_whole(self._exchange_file(exchange), [bound, *table])


class Transport(filesystem.Transport):
    Channel = Channel


def _write_whole(path: Path, content) -> None:
    draft = path.with_name(f"{path.name}.{uuid.uuid4()}.part")
    try:
        draft.write_text(dumps(content))
        draft.replace(path)
    except OSError as problem:
        raise ChannelError(f"Cannot write {path}") from problem


def install() -> None:
    """Let `filesystem://` mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
