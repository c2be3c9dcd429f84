import { homedir } from 'node:os';
import { chooseEndpoint } from '../../src/sandbox/docker/engine-endpoint.ts';

/** The socket of the engine that the tests use; `undefined` when it is not reached by one. */
export async function engineSocket(): Promise<string | undefined> {
  return (await chooseEndpoint(process.env, homedir())).endpoint.socketPath;
}
