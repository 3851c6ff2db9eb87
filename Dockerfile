# One image for the pages, the scheduler and the commands. Each step is also run, without a container engine, by
# tests/architecture/test_container.py.

FROM python:3.11.13-slim-bookworm AS assets
WORKDIR /build
COPY requirements/node.txt requirements/node.txt
COPY .ci .ci
COPY web/assets web/assets
RUN .ci/build-assets /usr/local web/assets

FROM python:3.11.13-slim-bookworm AS installed
WORKDIR /build
RUN python -m venv /opt/alize
COPY requirements/run.txt requirements/run.txt
RUN /opt/alize/bin/python -m pip --quiet --disable-pip-version-check --no-input install --no-cache-dir \
    --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY forms forms
COPY engine engine
COPY web web
COPY workflows workflows
COPY --from=assets /build/web/static/dist web/static/dist
RUN /opt/alize/bin/python -m pip --quiet --disable-pip-version-check --no-input install --no-deps \
    --no-build-isolation --no-index .

FROM python:3.11.13-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/alize alize
COPY --from=installed /opt/alize /opt/alize
ENV PATH=/opt/alize/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ALIZE_DATA_DIR=/var/lib/alize/files \
    ALIZE_DATABASE_URL=sqlite:////var/lib/alize/alize.db \
    ALIZE_LOG_FORMAT=json
USER alize
WORKDIR /var/lib/alize
VOLUME /var/lib/alize
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["alize", "serve", "--host", "0.0.0.0", "--port", "8000"]
