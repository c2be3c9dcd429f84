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
    expect(readVerdict(line(value), { nonce: 'n' }, exitCode)).toEqual({ line: value });
    for (const other of [0, 1, 2, 3, 134, 137, undefined]) {
      if (other !== exitCode) expect(readVerdict(line(value), { nonce: 'n' }, other)).toBeUndefined();
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
    expect(readVerdict(output, { nonce: 'n' }, 0)).toBeUndefined();
  });

  const opinion = { kernel: 'nanoda', exitCode: 0, readAll: true, milliseconds: 5 };
  const asked = { nonce: 'n', kernel: 'nanoda' } as const;

  it.each([
    ['accepts', opinion, true],
    ['does not accept', { ...opinion, exitCode: 101 }, false],
    ['accepts and has not read everything', { ...opinion, readAll: false }, false],
  ])('has what another kernel says behind it: one that %s', (_, said, accepts) => {
    const { exitCode, milliseconds } = said;
    expect(readVerdict(line(verified) + line(said), asked, 0)).toEqual({
      line: verified,
      opinion: { name: 'nanoda', accepts, exitCode, milliseconds },
    });
  });

  it.each([
    ['that is missing', line(verified)],
    ['of another kernel', line(verified) + line({ ...opinion, kernel: 'con-ron' })],
    ['with more to it', line(verified) + line({ ...opinion, more: 1 })],
    ['that was cut', line(verified) + JSON.stringify(opinion)],
    ['with something behind it', `${line(verified)}${line(opinion)}x\n`],
    ['that stands first', line(opinion) + line(verified)],
  ])('is no verdict with an opinion %s', (_, output) => {
    expect(readVerdict(output, asked, 0)).toBeUndefined();
  });

  it('has no opinion behind it that nobody asked for, or when Lean’s kernel says no', () => {
    expect(readVerdict(line(verified) + line(opinion), { nonce: 'n' }, 0)).toBeUndefined();
    expect(readVerdict(line(refused), asked, 1)).toEqual({ line: refused });
  });

  it('is no verdict when it is anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (output) => {
        expect(readVerdict(`${output}\n`, { nonce: 'n' }, 0)).toBeUndefined();
      }),
    );
  });
});
