# One image for every service of docker-compose.yml; each runs its own command in it.
FROM python:3.11-slim-bookworm

# Spark needs Java 17 or newer; its start scripts need ps.
RUN apt-get update \
    && apt-get install -y --no-install-recommends default-jre-headless procps \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock

# The programs of Spark come with PySpark; `python -m flows.…` and prefect.yaml are used from here.
ENV JAVA_HOME=/usr/lib/jvm/default-java \
    PATH=/usr/local/lib/python3.11/site-packages/pyspark/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    SEGUE_HOME=/data \
    DO_NOT_TRACK=1 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    GX_ANALYTICS_ENABLED=false \
    GRADIO_ANALYTICS_ENABLED=false
COPY prefect.yaml ./
COPY flows flows
COPY jobs jobs
COPY quality quality
COPY ui ui

RUN useradd --create-home --uid 1000 segue && mkdir /data && chown segue /data
USER segue
# Delta's JARs are fetched here, once, and not by every container at its first start.
RUN python -c "from jobs.session import session; session().stop()"
VOLUME /data
