import { expect, test } from 'vitest';
import { someJail } from '../../../test/fakes/jail.ts';
import { checkerVersion, type Toolchain } from '../../lean/toolchain.ts';
import { judgeVersion } from './toolchain.ts';

const versionLine = 'Lean (version 4.27.0, x86_64-unknown-linux-gnu, Release)';
const toolchain: Toolchain = {
  version: '4.27.0',
  versionLine,
  worker: true,
  serverOptions: [],
  libraries: [],
};
const jail = { ...someJail, limits: { ...someJail.limits, memory: 6 * 1024 ** 2 } };
const judge = (exitCode: number | undefined, stdout: string, stderr = '') =>
  judgeVersion({ exitCode, stdout, stderr }, { toolchain, jail }, 'build it');

test('the version of the label is right', () => {
  const why = 'no elaborator: the image was built before there was one';
  const detail = `${versionLine}; language server (${why}); no verifier: the image was built before there was a verifier`;
  expect(judge(0, `${versionLine}\n`)).toEqual({ verdict: 'ok', detail, value: undefined });
});

test('what elaborates in the image, and whether it can verify, is told', () => {
  const elaborator = { kind: 'compiled', protocol: 1 } as const;
  const verifier = { kind: 'compiled', version: checkerVersion } as const;
  const said = judgeVersion(
    { exitCode: 0, stdout: `${versionLine}\n`, stderr: '' },
    { toolchain: { ...toolchain, elaborator, verifier }, jail },
    'build it',
  );
  expect(said).toMatchObject({ verdict: 'ok', detail: `${versionLine}; elaborator; verifier` });
});

test('another version than the label says is a failure that shows both', () => {
  expect(judge(0, 'Lean (version 4.0.0)\n')).toEqual({
    verdict: 'failed',
    detail: `\`lean --version\` says “Lean (version 4.0.0)”, but the label of the image “${versionLine}”`,
    next: 'build it',
  });
});

test('a toolchain that does not start is a failure with what it said', () => {
  expect(judge(127, '', 'lean: error while loading shared libraries\n')).toMatchObject({
    verdict: 'failed',
    detail: '`lean --version` ended with exit code 127: lean: error while loading shared libraries',
  });
});

test('the right version from a process that failed is a failure', () => {
  expect(judge(1, `${versionLine}\n`).verdict).toBe('failed');
});

test('a toolchain that is killed may need more memory', () => {
  expect(judge(137, '')).toMatchObject({
    detail: '`lean --version` ended with exit code 137: it was killed; the sandbox has 6 MiB of memory',
    next: 'export LEAN_DOCKER_MCP_MEMORY_LIMIT=1g',
  });
});
