"""Reports: one self-contained HTML file and a PDF, of a comparison or of a workshop.

kept.py      a results folder read back as the findings it came from
content.py   what a report says: question, answer, pictures, tables, assumptions, limits, files
asked.py     the question, and what each scenario does
in_short.py  the answer in a few sentences, before method and cautions
answers.py   the answer in full, what a reader came for first; spoken.py: names outside of tables
cash.py      what of the money is cash
brief.py     two pages of all this
room.py      what a workshop decided, kept and predicted
repeat.py    how to have the numbers again
html.py      the content as one HTML file
pdf.py       the content as a PDF
command.py   `upstream report`
"""
