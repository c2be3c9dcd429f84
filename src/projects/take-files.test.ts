import { describe, expect, it } from 'vitest';
import { limitsOfCall } from './project.ts';
import { takeFiles } from './take-files.ts';

describe('files of a call', () => {
  it('are taken as they come', () => {
    expect([...takeFiles({ 'B.lean': 'b', 'A/A.lean': 'a\ud800' }, limitsOfCall)]).toEqual([
      ['B.lean', 'b'],
      ['A/A.lean', 'a\ufffd'],
    ]);
  });

  it('are refused when they are too many, too large, or named as no file of a project is', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`M${index}.lean`, '']));
    expect(() => takeFiles(many, limitsOfCall)).toThrow('files has 100000 files; at most 256 are accepted.');
    const large = { 'A.lean': 'x'.repeat(3 * 1024 ** 2), 'B.lean': 'x'.repeat(2 * 1024 ** 2) };
    expect(() => takeFiles(large, limitsOfCall)).toThrow('more than 4194304 bytes');
    expect(() => takeFiles({ '../A.lean': '' }, limitsOfCall)).toThrow(
      'The path "../A.lean" of files leads out with ..',
    );
    expect(() => takeFiles({ 'A\n.lean': '' }, limitsOfCall)).toThrow('"A\\n.lean" of files has a control character');
    expect(() => takeFiles({ 'a.lean': '', 'A.lean': '' }, limitsOfCall)).toThrow(/differs from "a.lean" in case/);
  });
});
