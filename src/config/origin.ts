import { basename } from 'node:path';

/** Where a value was given. */
export type Origin =
  | { readonly source: 'file'; readonly path: string; readonly line: number }
  | { readonly source: 'env'; readonly variable: string }
  | { readonly source: 'flag'; readonly flag: string }
  | { readonly source: 'default' };

/** The place in a few words: `config.yaml line 3`, `LEAN_DOCKER_MCP_TIMEOUT`, `--timeout`, `default`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.source) {
    case 'file':
      return `${basename(origin.path)} line ${origin.line}`;
    case 'env':
      return origin.variable;
    case 'flag':
      return origin.flag;
    case 'default':
      return 'default';
  }
}
