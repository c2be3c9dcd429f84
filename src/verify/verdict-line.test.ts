import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkerVersion } from '../lean/toolchain.ts';
import { readVerdict } from './verdict-line.ts';

const common = { nonce: 'n', lean: '4.27.0', githash: '', checker: checkerVersion };
const verified = { ...common, verdict: 'verified', axioms: [], holes: [], declarations: 1 };
const refused = { ...common, verdict: 'not-verified', reason: 'kernel-rejected', step: 'kernel', message: 'no' };
const undecided = { ...common, verdict: 'undecided', reason: 'kernel-gave-up', step: 'kernel', message: 'no' };
const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

describe('the line of the judge', () => {
  it.each([
    [verified, 0],
    [{ ...verified, verdict: 'verified-with-holes', holes: [{ name: 'f', value: '1' }] }, 0],
    [refused, 1],
    [undecided, 3],
  ])('is a verdict with the exit code that belongs to it: %j', (value, exitCode) => {
    expect(readVerdict(line(value), 'n', exitCode)).toEqual(value);
    for (const other of [0, 1, 2, 3, 134, 137, undefined]) {
      if (other !== exitCode) expect(readVerdict(line(value), 'n', other)).toBeUndefined();
    }
  });

  it.each([
    ['of another request', line({ ...verified, nonce: 'm' })],
    ['of another version of the judge', line({ ...verified, checker: '0' })],
    ['with more to it', line({ ...verified, more: 1 })],
    ['without its axioms', line({ ...verified, axioms: undefined })],
    ['with something before it', `x\n${line(verified)}`],
    ['with something behind it', `${line(verified)}x`],
    ['twice', line(verified).repeat(2)],
    ['that was cut', JSON.stringify(verified)],
    ['that is none', '\n'],
    ['that is nothing', ''],
  ])('is no verdict %s', (_, output) => {
    expect(readVerdict(output, 'n', 0)).toBeUndefined();
  });

  it('is no verdict when it is anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (output) => {
        expect(readVerdict(`${output}\n`, 'n', 0)).toBeUndefined();
      }),
    );
  });
});
