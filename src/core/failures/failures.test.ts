import { describe, expect, it } from 'vitest';
import { AppError } from '../app-error.ts';
import type { Failure } from './failure.ts';
import { failures } from './failures.ts';

type ByCode = typeof failures;
/** A context for each failure that takes one; what takes none is not in it. */
type Contexts = {
  readonly [Code in keyof ByCode]: {
    readonly [
      Name in keyof ByCode[Code] as ByCode[Code][Name] extends Failure ? never : Name
    ]: ByCode[Code][Name] extends (context: infer Context) => Failure ? readonly Context[] : never;
  };
};

const contexts: Contexts = {
  usage: {
    stepNotThere: [{ steps: 3 }],
    columnNotInLine: [{ length: 7, line: 'example' }],
    timeoutTooLong: [{ defaultTimeoutS: 30 }],
    whichSorry: [{ sorries: 'sorry 1 at line 2, column 3' }],
    noSuchEnvironment: [{ names: [] }, { names: ['plain'] }, { names: ['plain', 'mathlib'] }],
    sorryNotThere: [{ sorries: '' }, { sorries: 'sorry 1 at line 2, column 3' }],
    batchOffset: [{ received: 5 }],
    tokenNameTaken: [{ name: 'ada' }],
    noProjectConfiguration: [{ client: 'goose' }],
  },
  'config-invalid': {
    contextNotThere: [{ known: 'default, far' }],
    settings: [{ file: undefined }, { file: '/etc/lean.yaml' }],
    runtimeNotThere: [{ known: [] }, { known: ['runc'] }],
    environmentNotThere: [{ name: 'mathlib', names: ['plain'] }],
  },
  'image-missing': { removedMeanwhile: [{ command: 'lean-docker-mcp image build' }] },
  'image-unusable': { notOurs: [{ image: 'debian' }] },
  'image-build-failed': {
    builtElsewhere: [{ container: '0123456789ab' }],
    otherLeanNeeded: [{ leanVersion: '4.27.0', release: '4.26.0' }],
    baseNotPulled: [{ base: 'debian' }],
    leanDoesNotStart: [{ missing: undefined }, { missing: 'libz.so.1' }],
  },
  'download-failed': { downloadUnusable: [{ dir: '/cache/4.27.0' }], noRoomForToolchain: [{ needed: '3 GiB' }] },
  busy: { itemsWaiting: [{ seconds: 2 }], callsWaiting: [{ seconds: 2 }] },
  'quota-used-up': { cpuTimeUsedUp: [{ seconds: 12 }] },
  'engine-unreachable': {},
  'engine-failed': {},
  'limits-not-enforced': {},
  'toolchain-not-found': {},
  'session-unknown': {},
  'session-limit': {},
  'session-full': {},
  'session-not-saved': {},
  'session-changed': {},
  'session-damaged': {},
  'index-unavailable': { beingMade: [{ seconds: 30 }] },
  'batch-unknown': {},
  'queue-unreachable': {},
  'client-config-unusable': {},
  'identity-unavailable': {},
  'shutting-down': {},
  internal: {},
};

/** What a next step is told with: something to do, to call, to look at, or to configure. */
const steps = new RegExp(
  [
    '\\b(add|build|call|check|choose|close|continue|fork|free|give|go on|have|install|leave|let|look|make|name|open|put)\\b',
    '\\b(raise|remove|repair|revoke|rewind|run|say|see|send|set|start|stop|switch|take|try|unset|use|wait|write)\\b',
    'lean://|docs/|`[^`]+`',
  ].join('|'),
  'i',
);
/** What ends with a text of somebody else. */
const quoting = ['usage.columnNotInLine'];

interface Told extends Failure {
  readonly path: string;
  readonly key: string;
}

type Listed = Failure | ((context: never) => Failure);

function tell(key: string, name: string, failure: Listed): Told[] {
  const path = `${key}.${name}`;
  if (typeof failure !== 'function') return [{ path, key, ...failure }];
  const given: unknown = Reflect.get(Reflect.get(contexts, key) as object, name);
  return (given as readonly never[]).map((context) => ({ path, key, ...failure(context) }));
}

const all = Object.entries(failures).flatMap(([key, named]) =>
  Object.entries<Listed>(named).flatMap(([name, failure]) => tell(key, name, failure)),
);
const pathsWhere = (isWrong: (told: Told & { readonly hint: string }) => boolean): string[] =>
  all.filter(({ hint = '', ...told }) => isWrong({ ...told, hint })).map(({ path }) => path);

describe('each failure', () => {
  it('has the code under which it is listed', () => {
    expect(pathsWhere(({ code, key }) => code !== key)).toEqual([]);
  });

  it('says what to do next', () => {
    expect(pathsWhere(({ hint }) => !steps.test(hint))).toEqual([]);
  });

  it('says it in whole sentences', () => {
    expect(pathsWhere(({ hint }) => !/^[A-Z`]/.test(hint))).toEqual([]);
    expect(pathsWhere(({ hint }) => !/[^.\s][.]$/.test(hint))).toEqual(quoting);
  });

  it('fills in its whole context', () => {
    expect(pathsWhere(({ hint }) => /undefined|null|NaN|\[object|\n| {2}|\$\{/.test(hint))).toEqual([]);
  });

  it('is told in other words than the others of its code', () => {
    const told = all.map(({ code, hint = '' }) => `${code}: ${hint}`);
    expect(told.filter((text, index) => told.indexOf(text) !== index)).toEqual([]);
  });
});

it('an error has the code and the hint of its failure', () => {
  const error = new AppError(failures.busy.itemsWaiting({ seconds: 2 }), '4 items are waiting.', { retryAfterS: 2 });
  expect(error).toMatchObject({ code: 'busy', hint: 'Try again in 2 seconds.', retryAfterS: 2 });
  expect(error.advice).toBe('4 items are waiting.\nTry again in 2 seconds.');
  expect(new AppError('internal', 'Nobody knows.')).toMatchObject({ code: 'internal', hint: undefined });
});
