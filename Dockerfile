# dmlint for CI systems that run containers; README says how.
FROM python:3.13.5-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY dmlint dmlint/
COPY rules rules/
RUN python -m venv /opt/dmlint && /opt/dmlint/bin/pip install --no-cache-dir .

FROM python:3.13.5-slim-bookworm
# git tells which files are ignored. The repository that is mounted belongs to somebody else, which git refuses unless
# it is told not to; dmlint runs nothing that a repository's git configuration names.
# The release of Debian decides which git this is.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory '*' \
    && useradd --create-home --uid 1000 dmlint
COPY --from=build /opt/dmlint /opt/dmlint
ENV PATH=/opt/dmlint/bin:$PATH
USER 1000
WORKDIR /repository
ENTRYPOINT ["dmlint"]
