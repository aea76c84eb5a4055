"""The documentation site: every page of this folder, and the Python API from its docstrings. `make docs` builds it."""

from __future__ import annotations

import raceproof.checker as checker
import raceproof.checker.explain as explain

project = "raceproof"
copyright = "the authors of raceproof, Apache-2.0"
html_title = "raceproof"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
smartquotes = False
default_role = "code"  # docstrings write code in single backticks, as Markdown does

# Everything comes with the pages: nothing is loaded from anywhere, and the search works from a file.
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
pygments_style = "friendly"
pygments_dark_style = "github-dark"
copybutton_exclude = ".linenos, .gp, .go"
copybutton_selector = "div.highlight-python pre, div.highlight-sh pre, div.highlight-yaml pre"

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings say what is meant, and editors show types
autodoc_preserve_defaults = True
add_module_names = False
toc_object_entries_show_parents = "hide"
maximum_signature_line_length = 120

# What is exported is documented where it is exported, and linked to there.
for package in (checker, explain):
    for name in package.__all__:
        exported = getattr(package, name)
        if isinstance(exported, type):
            exported.__module__ = package.__name__

# The standard library is not linked to, and neither are types that authors never write down.
INTERNAL = r"raceproof\.checker\.(?!explain\.)[a-z_]+\..*"
nitpick_ignore_regex = [("py:.*", rf"(collections\.abc|typing|pathlib|msgspec)\..*|{INTERNAL}|tuple\[str|Process")]
