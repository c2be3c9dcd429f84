/** Where a tool error carries its code, besides the text for people and models. */
export const errorCodeKey = 'io.github.lean-docker-mcp/code';
