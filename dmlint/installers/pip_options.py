"""pip's own options: those of ``install`` and ``uninstall``, and the general ones."""

from __future__ import annotations

from dmlint.installers.command_line import option_table

PIP = option_table(
    valued="""
    -r/--requirement -c/--constraint --build-constraint --requirements-from-script -e/--editable -t/--target --platform
    --python-version --implementation --abi --root --prefix --src/--source/--source-dir/--source-directory
    --upgrade-strategy -C/--config-settings --progress-bar --root-user-action --report --group --all-releases
    --only-final --no-binary --only-binary -i/--index-url/--pypi-url --extra-index-url --refresh-package
    -f/--find-links --uploaded-prior-to --python --log/--log-file/--local-log --keyring-provider --proxy --retries
    --timeout/--default-timeout --exists-action --trusted-host --cert --client-cert --cache-dir --use-feature
    --use-deprecated --resume-retries
    --global-option --install-option --build-option
    """,
    flags="""
    --no-deps/--no-dependencies --only-deps/--only-dependencies --dry-run --user --no-user -U/--upgrade
    --force-reinstall -I/--ignore-installed --ignore-requires-python --no-build-isolation --use-pep517 --no-use-pep517
    --check-build-dependencies --break-system-packages --compile --no-compile --no-warn-script-location
    --no-warn-conflicts --require-hashes --no-require-hashes --no-clean --pre --prefer-binary --no-index -h/--help
    -V/--version --debug --isolated --require-virtualenv/--require-venv -v/--verbose -q/--quiet --no-input
    --no-proxy-env --no-cache-dir --disable-pip-version-check --no-color --no-python-version-warning -y/--yes
    """,
    abbreviates=True,
)
"""As of pip 26.3, with the values of options that older releases had and scripts still use."""
