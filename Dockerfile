# The server itself, for teams; sandboxes are made from another image, which the server builds. docs/deployment.md
FROM node:20-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY proof-view proof-view
COPY scripts scripts
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
LABEL io.modelcontextprotocol.server.name="io.github.lean-docker-mcp/lean-docker-mcp"
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
# Tokens and downloaded toolchains are kept under HOME; mount something there. The engine's proxy makes its socket in the other.
RUN mkdir --mode=1777 /data /run/engine
ENV NODE_ENV=production HOME=/data LEAN_DOCKER_MCP_HTTP_LISTEN=0.0.0.0:8000
USER 1000:1000
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8000/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["serve"]
