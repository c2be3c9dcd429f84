import type { Finding } from '../check.ts';
import type { Engine } from './engine.ts';

/** The oldest version of the engine's interface that has all that sandboxes need; Docker 20.10 has it. */
const oldestApi = '1.41';

/** The engine is new enough. */
export function checkApiVersion(engine: Engine): Finding<Engine> {
  const { server, api } = engine.version;
  if (isAtLeast(api, oldestApi))
    return { verdict: 'ok', detail: `${api} (${oldestApi} or newer is needed)`, value: engine };
  return {
    verdict: 'failed',
    detail: `${api === '' ? 'unknown' : api} of engine ${server}; ${oldestApi} or newer is needed`,
    next: 'Install Docker 20.10 or newer: https://docs.docker.com/engine/install/',
  };
}

/** Compares versions of two numbers by number: 1.9 is older than 1.41. A text that is no version is older than any. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [major, minor] = parse(version);
  const [wantedMajor, wantedMinor] = parse(wanted);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function parse(version: string): [number, number] {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(version) ?? [];
  return [Number(major ?? -1), Number(minor ?? -1)];
}
