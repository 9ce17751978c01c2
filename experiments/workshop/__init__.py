"""The workshop page: a room asks "what if?", is answered, and leaves with a record.

    levers.py    what may be moved, in the words of the documents, with posts and pounds
    drafts.py    levers or a dropped file to a scenario, checked by the same loader
    worker.py    one warm process: keeps the start of the place, simulates only what follows
    runner.py    asks the workers, cancels what nobody waits for, gathers what comes
    answers.py   what came, as the figures and sentences of the page
    charts.py    the charts, as Vega-Lite
    telling.py   a life, the doors, and what was assumed
    memory.py    the room's memory: a log on the disk that nothing acknowledged is lost from
    questions.py what the room is asked
    guard.py     who may ask, how often, how much
    server.py    the page's addresses; phones.py those of phones
    static/      the page

The page holds no model logic: every number comes from the functions of the command line.
"""
