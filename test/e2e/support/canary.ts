/** A caller who wants nothing but to be served, while others try to stop the server. */
import { Agent, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { rawCall } from './raw-request.ts';

export interface Canary {
  /** How many of its calls were answered. */
  readonly served: () => number;
  /** What went wrong with the others. */
  readonly problems: readonly string[];
  /** Ends it. @returns how long its calls took, in milliseconds, the shortest first */
  stop(): Promise<readonly number[]>;
}

const { headers: usual, body } = rawCall('list-sessions', {});

/** Has a caller make one call after the other, in turns on a connection that it keeps and on one of its own. */
export function startCanary(url: URL, token: string): Canary {
  const headers = { ...usual, authorization: `Bearer ${token}` };
  const kept = new Agent({ keepAlive: true, maxSockets: 1 });
  const fresh = new Agent({ keepAlive: false });
  const times: number[] = [];
  const problems: string[] = [];
  const stopping = new AbortController();
  const call = async (agent: Agent): Promise<string> =>
    await new Promise((resolve, reject) => {
      const calling = request(url, { method: 'POST', headers, agent }, (response) => {
        readText(response).then(resolve, reject);
      });
      calling.on('error', reject);
      calling.end(body);
    });
  const calls = (async () => {
    for (let count = 0; !stopping.signal.aborted; count += 1) {
      const startedAt = performance.now();
      const answer = await call(count % 2 === 0 ? kept : fresh).catch(String);
      if (answer.includes('"sessions":[]')) times.push(performance.now() - startedAt);
      else problems.push(answer);
    }
  })();
  return {
    served: () => times.length,
    problems,
    stop: async () => {
      stopping.abort();
      await calls;
      kept.destroy();
      return times.toSorted((a, b) => a - b);
    },
  };
}
