# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
# The laptop's part and the writer of docs have no business in production.
RUN npm run build && rm -rf dist/trial dist/docs dist/*.tsbuildinfo

FROM node:24-bookworm-slim AS production-modules
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev

FROM node:24-bookworm-slim
# In a container loopback is the container's own; who reaches these ports is the network's to say.
ENV NODE_ENV=production SHUQIAO_EXCHANGE_HOST=0.0.0.0 SHUQIAO_TELEMETRY_HOST=0.0.0.0
WORKDIR /shuqiao
COPY --from=production-modules /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json ./
COPY contracts ./contracts
COPY policies ./policies
USER node
EXPOSE 8443 9090
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.SHUQIAO_TELEMETRY_PORT ?? 9090}/livez`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# node itself is process 1 and handles SIGTERM; npm would stand between.
CMD ["node", "--enable-source-maps", "dist/main.js"]
