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
WORKDIR /lastgood
# Of root, so that the server cannot change what it runs. It writes no file; /tmp is all it might want.
COPY --from=build /lastgood .
# The user `node` of the base, by number, so that a cluster can see that it is not root.
USER 1000:1000
EXPOSE 4600
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.LASTGOOD_PORT || 4600}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/server/src/main.ts"]
