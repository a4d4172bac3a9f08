"""uv's own options, all subcommands together: no name takes a value in one and none in another, save those below."""

from __future__ import annotations

from dmlint.installers.command_line import option_table

_VALUED = """
-r/--requirement/--requirements -c/--constraint/--constraints --override/--overrides --exclude/--excludes
-b/--build-constraint/--build-constraints --extra --group --cert -t/--target --prefix --only-binary --python-version
--python-platform --output-format --torch-backend --index --default-index -i/--index-url --extra-index-url
-f/--find-links --index-strategy --keyring-provider -P/--upgrade-package --upgrade-group --resolution --prerelease
--prerelease-package --fork-strategy --exclude-newer --exclude-newer-package --no-sources-package --reinstall-package
--link-mode -C/--config-setting/--config-settings --config-settings-package --no-build-isolation-package --cache-dir
--refresh-package -p/--python --color --allow-insecure-host/--trusted-host --directory --project --config-file
--no-editable-package --no-install-package --no-build-package --no-binary-package --package --optional --bounds --rev
--tag --branch --no-extra --no-group --only-group --env-file -w/--with --with-editable --with-requirements
--with-executables-from --from
"""
_FLAGS = """
--no-editable --all-extras --no-deps --require-hashes --no-require-hashes --verify-hashes --no-verify-hashes
--require-build-hashes --no-require-build-hashes --system --break-system-packages --no-break-system-packages
--no-build --exact --inexact --strict --dry-run --check --user --no-index -U/--upgrade --no-sources
--reinstall/--force-reinstall --compile-bytecode/--compile --no-build-isolation -n/--no-cache/--no-cache-dir --refresh
--managed-python --no-managed-python --no-python-downloads -q/--quiet -v/--verbose --system-certs --native-tls
--offline --no-progress --no-config -h/--help -V/--version --allow-empty-requirements --no-allow-empty-requirements
--dev --raw --lfs --no-sync --locked --frozen --active --workspace --no-workspace --no-install-project
--no-install-workspace --no-install-local --no-dev --only-dev --no-default-groups --all-groups --all-packages
--isolated --no-env-file --gui-script --no-project --force --pre --preview
"""

UV_PIP = option_table(valued=f"{_VALUED} -e/--editable --no-binary", flags=f"{_FLAGS} -y/--yes")
UV_PROJECT = option_table(valued=f"{_VALUED} -m/--marker --script", flags=f"{_FLAGS} --editable --no-binary")
UV_RUN = option_table(valued=_VALUED, flags=f"{_FLAGS} -m/--module -s/--script --no-binary")
UV_TOOL = option_table(valued=_VALUED, flags=f"{_FLAGS} -e/--editable --no-binary")
"""As of uv 0.13."""
