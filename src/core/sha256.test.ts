import { expect, it } from 'vitest';
import { sha256 } from './sha256.ts';

it('is the hash that everybody else has, of texts in UTF-8 and of bytes', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256(Buffer.from('ä'))).toBe(sha256('ä'));
});

it('does not tell where one part ends and the next one begins', () => {
  expect(sha256('a', Buffer.from('bc'))).toBe(sha256('abc'));
});
