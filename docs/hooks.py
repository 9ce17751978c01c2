"""What MkDocs does to a page before it is built.

Pages may link to files of the repository outside `docs/`, as they are read there too. Those files
are no part of the site, so in the site the name of the file stands in place of the link. That the
file is there is tested in `tests/test_docs.py`.
"""

import re

_LINK_OUT = re.compile(r"\[[^\]]+\]\(((?:\.\./)+[^)]*)\)")


def on_page_markdown(markdown, page, **_):
    """Turn links that leave the site into names."""
    depth = page.file.src_uri.count("/")

    def name(found):
        target = found.group(1)
        leaves = target.count("../") > depth
        return f"`{target.replace('../', '')}`" if leaves else found.group(0)

    return _LINK_OUT.sub(name, markdown)
