"""How Sphinx is set up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograder.building.repository import address
from autograder.site.texts import LANGUAGES, text
from autograder.site.vendored import LOCAL

HERE = Path(__file__).parent


def configuration(language: str, others: list[str], static: Path, extra: Path) -> dict[str, Any]:
    """Return Sphinx's settings for the site in one language.

    others: languages in which each page exists too; static, extra: folders of files made for it.
    """
    title = text("title", language)
    return {
        "project": title,
        "author": "",
        "language": LANGUAGES[language][1],
        "extensions": ["myst_nb", "sphinx.ext.autodoc", "autograder.site.reference"],
        "myst_enable_extensions": ["dollarmath", "amsmath", "colon_fence"],
        "myst_dmath_double_inline": True,
        "myst_heading_anchors": 4,
        "nb_execution_mode": "off",
        "nb_merge_streams": True,
        "nb_code_prompt_show": text("show_code", language),
        "nb_code_prompt_hide": text("hide_code", language),
        "mathjax_path": LOCAL,
        "mathjax3_config": {
            # The menu's entries would load more of MathJax; what is read out needs none of it.
            "options": {"enableMenu": False},
            "svg": {"fontCache": "global"},
        },
        "default_role": "code",
        "autodoc_typehints": "none",
        "autodoc_member_order": "bysource",
        "templates_path": [str(HERE / "templates")],
        "html_theme": "sphinx_book_theme",
        "html_title": title,
        "html_static_path": [str(HERE / "static"), str(static)],
        "html_extra_path": [str(extra)],
        "html_favicon": str(HERE / "static" / "favicon.svg"),
        "html_css_files": ["course.css"],
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_sphinx": False,
        "html_show_copyright": False,
        "html_context": {
            "nn_others": [(code, LANGUAGES[code][0], LANGUAGES[code][2]) for code in others],
            "nn_root": "" if language == "en" else "../",
            "nn_switch": {
                code: text("other_language", code, name=LANGUAGES[code][0]) for code in others
            },
            "default_mode": "auto",
        },
        "html_theme_options": {
            "use_download_button": False,
            "use_fullscreen_button": False,
            "repository_url": address(),
            "use_repository_button": False,
            "show_toc_level": 2,
            "show_navbar_depth": 1,
            "home_page_in_toc": False,
            "extra_footer": f"<p>{text('footer', language)}</p>",
            "article_header_end": ["language-switch", "article-header-buttons"],
            "navigation_with_keys": False,
            # The search stands in the sidebar; a bar of its own would repeat it.
            "navbar_start": [],
            "navbar_center": [],
            "navbar_end": [],
            "navbar_persistent": [],
        },
    }
