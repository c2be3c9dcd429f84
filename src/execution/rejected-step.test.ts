import { expect, it } from 'vitest';
import { someLaunch } from '../../test/fakes/sandbox.ts';
import type { Diagnostic } from '../lean/diagnostic.ts';
import { describeRejectedStep, whyRejected } from './rejected-step.ts';

const source = { header: 'import A\n', steps: ['def a := 1\n', 'def b := a\n#eval b\n'] };

function error(line: number): Diagnostic {
  return { severity: 'error', message: 'no\nbecause', start: { line, column: 0 }, end: { line, column: 1 } };
}

it.each(['replayed', 'imports', 'files', 'extended'] as const)(
  'names the step, its line and what Lean says: %s',
  (look) => {
    expect(describeRejectedStep(source, error(4), look)).toMatch(
      /^step 2 of this session, which Lean accepted before, is rejected now \(line 2 of it: no\)/,
    );
  },
);

it('says how to go on', () => {
  expect(describeRejectedStep(source, error(3), 'replayed')).toMatch(/rewind-session \(step 1\)/);
  expect(describeRejectedStep(source, error(2), 'imports')).toMatch(/the new imports .* rewind-session \(step 0\)/);
  expect(describeRejectedStep(source, error(3), 'files')).toMatch(
    /the files of this call .* rewind-session \(step 1\)/,
  );
  expect(describeRejectedStep(source, error(4), 'extended')).toMatch(/begin the code with a command such as def/);
});

it('says when the imports themselves do not work any more', () => {
  expect(describeRejectedStep(source, error(1), 'replayed')).toMatch(
    /^the imports of this session.*start a new session$/,
  );
  expect(describeRejectedStep(source, undefined, 'replayed')).toMatch(/imports.*Lean does not say why/);
});

it('says in what the Lean of a new container is another one, where that is known', () => {
  const { image, toolchain } = someLaunch;
  const accepted = { version: toolchain.version, image };
  expect(whyRejected(undefined, someLaunch)).toBeUndefined();
  expect(whyRejected(accepted, someLaunch)).toMatch(/chance or on time/);
  expect(whyRejected({ ...accepted, image: 'sha256:other' }, someLaunch)).toMatch(/another image/);
  const other = whyRejected({ version: '4.1.0', image: 'sha256:other' }, someLaunch);
  expect(other).toBe(`Lean 4.1.0 accepted it, and this is Lean ${toolchain.version}`);
  expect(describeRejectedStep(source, error(4), 'replayed', (step) => (step === 2 ? other : undefined))).toMatch(
    /is rejected now \(line 2 of it: no\): Lean 4\.1\.0 accepted it, and this is Lean .*\. Take it/,
  );
});
