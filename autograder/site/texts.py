"""The words of the site that stand in no notebook and on no page of their own, by language."""

from __future__ import annotations

# The name of a language for a reader, and what Sphinx and HTML call it.
LANGUAGES = {"en": ("English", "en", "en"), "zh": ("中文", "zh_CN", "zh-Hans")}

TEXTS = {
    "title": {"en": "Neural networks by writing them", "zh": "动手写神经网络"},
    "begin": {"en": "Begin", "zh": "开始"},
    "look_up": {"en": "Look up", "zh": "查阅"},
    "teach": {"en": "Teach", "zh": "教学"},
    "glossary": {"en": "Glossary", "zh": "术语表"},
    "term": {"en": "term", "zh": "英文"},
    "other_term": {"en": "Chinese", "zh": "中文"},
    "meaning": {"en": "in one line", "zh": "一句话解释"},
    "where": {"en": "where", "zh": "出处"},
    "chapter": {"en": "chapter&nbsp;{number}", "zh": "第&nbsp;{number}&nbsp;章"},
    "reference": {"en": "The library", "zh": "程序库"},
    "solution": {"en": "Show a solution", "zh": "显示一种解答"},
    "answer": {"en": "Show an answer", "zh": "显示一种回答"},
    "your_answer": {"en": "Your answer, in words.", "zh": "请用文字回答。"},
    "typical": {
        "en": "What the check says to a typical mistake",
        "zh": "对一种典型错误，检查会这样说",
    },
    "wrong_answer": {
        "en": "What the check says to a wrong answer",
        "zh": "对一个错误的答案，检查会这样说",
    },
    "lab": {"en": "Open in the lab", "zh": "在 JupyterLab 中打开"},
    "lab_how": {
        "en": "In the folder of the course, type",
        "zh": "在课程的文件夹中输入",
    },
    "download": {"en": "Download", "zh": "下载"},
    "colab": {"en": "Open in Colab", "zh": "在 Colab 中打开"},
    "colab_how": {
        "en": "In a cell of its own, before the first one, run",
        "zh": "先在最前面新建一个单元格并运行",
    },
    "show_code": {"en": "Show the code", "zh": "显示代码"},
    "hide_code": {"en": "Hide the code", "zh": "隐藏代码"},
    "figure": {"en": "Figure: {section}", "zh": "图：{section}"},
    "footer": {
        "en": "Text and figures: CC BY 4.0. Code: MIT.",
        "zh": "文字与图片：CC BY 4.0；代码：MIT。",
    },
    "other_language": {"en": "This page in {name}", "zh": "本页的{name}版"},
}


def text(key: str, language: str, **values: object) -> str:
    """Return a text in a language, with its values filled in; KeyError for an unknown key."""
    return TEXTS[key][language].format(**values)
