# Lastgood for those with Docker. Built from a clone; the embedded sandbox and PostgreSQL are not in the image.
#
# The base is pinned here and nowhere else. To take a newer one: docker buildx imagetools inspect node:24-slim
ARG NODE_IMAGE=node:24-slim@sha256:a9f5f7c91a432850b2a8a7797adf5eadb6c733ceed61167806cee7ea7fbc29df

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY . .
# The tree is made by the script that `npm run image:check` runs it from, and `npm run image:size` prints the size of.
RUN npm ci --no-audit --no-fund \
 && npx turbo run generate --filter=@lastgood/store \
 && npx turbo run build --filter=@lastgood/web \
 && node scripts/shipping/production-tree.ts /lastgood

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
# Programs that vendors run: git and ssh for repositories, with the authorities that https is trusted by. dbmate comes with the
# tree; terraform or tofu is put on top by who uses it.
RUN apt-get update \
 && apt-get install -y --no-install-recommends git openssh-client ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /lastgood
# Of root, so that the server cannot change what it runs. It writes no file; /tmp is all it might want.
COPY --from=build /lastgood .
# The user `node` of the base, by number, so that a cluster can see that it is not root.
USER 1000:1000
EXPOSE 4600
STOPSIGNAL SIGTERM
# Whether it lives, not whether it can act: a new start mends no database. Host and port are those of its configuration.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
  CMD ["node", "apps/server/src/ask-alive.ts"]
CMD ["node", "apps/server/src/main.ts"]
