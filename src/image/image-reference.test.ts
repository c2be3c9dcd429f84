import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isImageReference, requireBaseImage, requireImageTag } from './image-reference.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('isImageReference', () => {
  it.each([
    'debian',
    'debian:bookworm-slim',
    'localhost:5000/team/base',
    'ghcr.io/team/base-image__x:1.0_A',
    `debian@${digest}`,
    `registry.example:443/a/b:tag@${digest}`,
    '[::1]:5000/base',
  ])('accepts %s', (text) => {
    expect(isImageReference(text)).toBe(true);
  });

  it.each([
    '',
    'Debian',
    '-debian',
    'debian:',
    'debian:a b',
    'debian\nRUN rm -rf /',
    'debian AS x',
    '--platform=linux/arm64 debian',
    '${BASE}',
    '$BASE',
    'debian@sha256:12',
    'https://debian',
    'a//b',
    `a/${'b'.repeat(300)}`,
  ])('refuses %j', (text) => {
    expect(isImageReference(text)).toBe(false);
  });

  it('accepts nothing that could be more than one word of a Dockerfile', () => {
    const pieces = fc.constantFrom(
      'debian',
      ':',
      '/',
      '@',
      '\n',
      ' ',
      '\t',
      '$',
      '{',
      '}',
      '"',
      '\\',
      '#',
      'a',
      '-',
      '.',
      '0',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((parts) => parts.join('')),
        ),
        (text) => {
          if (isImageReference(text)) expect(text).toMatch(/^[\w.\-/:@[\]]+$/);
        },
      ),
    );
  });
});

describe('requireBaseImage', () => {
  it('names the value that it refuses', () => {
    expect(requireBaseImage('debian:bookworm-slim')).toBe('debian:bookworm-slim');
    expect(() => requireBaseImage('not an image')).toThrow('The base image "not an image" is not an image name.');
  });
});

describe('requireImageTag', () => {
  it.each([
    ['lean', 'lean:latest'],
    ['lean:mathlib', 'lean:mathlib'],
    ['localhost:5000/lean', 'localhost:5000/lean:latest'],
  ])('completes %s to %s', (text, tag) => {
    expect(requireImageTag(text)).toBe(tag);
  });

  it.each(['Lean', `lean@${digest}`, 'lean:a:b'])('refuses %s', (text) => {
    expect(() => requireImageTag(text)).toThrow(expect.objectContaining({ code: 'usage' }) as Error);
  });
});
