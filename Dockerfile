# syntax=docker/dockerfile:1
# The worker, and the ilm command line, on a glibc image: the Temporal SDK's native part needs it.

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY domain ./domain
COPY activities ./activities
COPY workflows ./workflows
COPY worker ./worker
COPY client ./client
RUN npm run build
# The SDK ships its native part for five platforms; one of them runs here.
RUN npm prune --omit=dev \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
    ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -r {} +

FROM node:22-bookworm-slim
# Without certificate authorities no TLS connection to Temporal can be verified.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production TZ=UTC
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY client/ilm.mjs ./client/ilm.mjs
COPY config ./config
RUN ln -s /app/client/ilm.mjs /usr/local/bin/ilm
USER node
CMD ["node", "--enable-source-maps", "dist/worker/main.js"]
