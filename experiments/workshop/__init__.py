"""The workshop page: a room asks "what if?", is answered, and leaves with a record.

    levers.py    what may be moved, and what that changes; offered.py the levers of a place, in the
                 words of the documents, with posts and pounds
    drafts.py    levers or a dropped file to a scenario, checked by the same loader
    worker.py    one warm process: keeps the start of the place, simulates only what follows
    runner.py    asks the workers, cancels what nobody waits for, gathers what comes
    found.py     what came, as the findings of `upstream compare`
    answers.py   headlines, tables, doors; yearly.py year by year; sayings.py in words; beside.py
                 kept scenarios side by side
    charts.py    the charts, as Vega-Lite; chart_years.py over years, chart_style.py their looks
    telling.py   a life, and what was assumed; matters.py what matters most
    session.py   a workshop going on; front.py what stands on its screen, also after a crash;
                 wall.py what it keeps and decides
    memory.py    the room's memory: a log on the disk that nothing acknowledged is lost from
    questions.py what the room is asked; predicted.py what it predicted, in words
    archive.py   the wall's numbers on the disk
    guard.py     who may ask, how often, how much
    server.py    the page's addresses; phones.py those of phones
    static/      the page

The page holds no model logic: every number comes from the functions of the command line.
"""
