# The stylesheet and scripts: Node is needed here and nowhere else.
FROM node:24-slim AS assets
WORKDIR /portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY cse_portal/ui/styles cse_portal/ui/styles
RUN mkdir -p static/build && npm run build

# Python packages, each checked against its hash.
FROM python:3.13-slim AS packages
COPY requirements.lock .
RUN python -m venv /packages && /packages/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

# What runs: no compiler, no Node, no demo, no tests.
FROM python:3.13-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation libmagic1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal -m 0700 /files /seals
WORKDIR /portal
COPY --from=packages /packages /packages
ENV PATH=/packages/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=cse_portal.settings.production FILES_FOLDER=/files
COPY manage.py pyproject.toml ./
COPY cse_portal cse_portal
COPY cases cases
COPY intelligence intelligence
COPY mase mase
COPY reporting reporting
COPY templates templates
COPY static static
COPY --from=assets /portal/static/build static/build
# Settings refuse to load without secrets and the board's own words; these are gone when the line ends.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" ALLOWED_HOSTS=build DATABASE_CONTEXT_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    FIELD_ENCRYPTION_KEYS="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    DATABASE_URL=postgres://cse_app@build/cse REDIS_URL=redis://:build@build/0 EMAIL_URL=smtp+tls://build \
    MASH_PHONE=000 DEFAULT_FROM_EMAIL=portal@build \
    python manage.py collectstatic --no-input
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "python:cse_portal.gunicorn"]
