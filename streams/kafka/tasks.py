"""Waiting for several things at once."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any


async def first_of(*works: Coroutine[Any, Any, None]) -> None:
    """Do all these at once until one has ended, well or with an error, which is raised; the others are cancelled."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def ended(task: "asyncio.Task[None]") -> None:
    """Return when the task has ended, or raise what it raised; the task itself is not cancelled."""
    await asyncio.shield(task)


async def answered(call: Awaitable[Any]) -> Any:
    """What another task answers; null where that one was cancelled, which is no reason to cancel the caller."""
    try:
        return await call
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        return None
