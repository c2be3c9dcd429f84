import { fileURLToPath } from 'node:url';
import type { ServerContext } from '@modelcontextprotocol/server';

/** A client that does not answer is taken for one that has opened nothing; in milliseconds. */
const answerLimitMs = 5000;
const maxRoots = 1000;

/** Folders of this machine that the client of a request has opened, as far as it says so. Never rejects. */
export async function rootsOf({ mcpReq }: Pick<ServerContext, 'mcpReq'>): Promise<readonly string[]> {
  try {
    const { roots } = await mcpReq.send({ method: 'roots/list' }, { timeout: answerLimitMs });
    return roots.slice(0, maxRoots).flatMap(({ uri }) => (uri.startsWith('file:') ? [fileURLToPath(uri)] : []));
  } catch {
    // It has no roots, or speaks a version of the protocol in which servers ask nothing.
    return [];
  }
}
