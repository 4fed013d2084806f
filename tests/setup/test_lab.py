"""Installing is enough for the Validate button: nothing has to be enabled by hand."""

from __future__ import annotations

import json
from pathlib import Path

from jupyter_core.paths import jupyter_config_path, jupyter_path
from jupyter_server.config_manager import BaseJSONConfigManager


def test_nbgraders_lab_extension_is_installed_where_jupyterlab_looks() -> None:
    found = [Path(folder, "@jupyter", "nbgrader") for folder in jupyter_path("labextensions")]
    (extension,) = [folder for folder in found if folder.is_dir()]
    package = json.loads((extension / "package.json").read_text())
    assert package["name"] == "@jupyter/nbgrader"
    assert (extension / package["jupyterlab"]["_build"]["load"]).exists()


def test_nbgraders_server_extension_for_validation_is_enabled() -> None:
    enabled: dict[str, bool] = {}
    for folder in reversed(jupyter_config_path()):
        config = BaseJSONConfigManager(config_dir=folder).get("jupyter_server_config")
        enabled |= config.get("ServerApp", {}).get("jpserver_extensions", {})
    assert enabled.get("nbgrader.server_extensions.validate_assignment") is True, json.dumps(
        enabled
    )
