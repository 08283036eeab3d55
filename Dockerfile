# Lastgood for those with Docker. Built from a clone; the embedded sandbox and PostgreSQL are not used here.
FROM node:24-slim AS build
WORKDIR /lastgood
COPY . .
RUN npm ci --no-audit --no-fund \
 && npx turbo run generate --filter=@lastgood/store \
 && npx turbo run build --filter=@lastgood/web

FROM node:24-slim
WORKDIR /lastgood
COPY --from=build /lastgood .
USER node
EXPOSE 4600
CMD ["node", "apps/server/src/main.ts"]
