import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { mathlibUrl, parsePackageRequest } from './package-request.ts';

const git = { kind: 'git', isMathlib: false } as const;

describe('parsePackageRequest', () => {
  it.each([
    ['mathlib', { ...git, url: mathlibUrl, isMathlib: true }],
    ['Mathlib@v4.27.0', { ...git, url: mathlibUrl, isMathlib: true, revision: 'v4.27.0' }],
    ['leanprover-community/aesop', { ...git, url: 'https://github.com/leanprover-community/aesop' }],
    ['owner/repo@feature/x', { ...git, url: 'https://github.com/owner/repo', revision: 'feature/x' }],
    ['https://git.example.com/a/b.git', { ...git, url: 'https://git.example.com/a/b.git' }],
    ['http://127.0.0.1:81/b.git@main', { ...git, url: 'http://127.0.0.1:81/b.git', revision: 'main' }],
    ['./mine', { kind: 'folder', dir: './mine' }],
    ['/srv/mine@work', { kind: 'folder', dir: '/srv/mine@work' }],
  ])('reads %s', (text, request) => {
    expect(parsePackageRequest(text)).toEqual({ text, ...request });
  });

  it.each([
    ['aesop', /names no package/],
    ['a/b@', /no tag, branch or commit/],
    ['a/b@--upload-pack=evil', /no tag, branch or commit/],
    ['a/b@v1..v2', /no tag, branch or commit/],
    ['a/b@v1;reboot', /no tag, branch or commit/],
    ['-u/evil', /names no package/],
    ['a/b/c', /names no package/],
    ['ext::sh -c evil', /names no package/],
    ['file:///etc', /names no package/],
    ['https://user:secret@example.com/a.git', /password/],
    ['https://example.com/a.git?x=1', /no \? and no #/],
    ['', /names no package/],
  ])('refuses %j', (text, message) => {
    expect(() => parsePackageRequest(text)).toThrow(message);
  });

  it('gives addresses and revisions that no command takes for an option or a word of a shell, or refuses', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `a/b@${text}`),
        ),
        (text) => {
          let request;
          try {
            request = parsePackageRequest(text);
          } catch (error) {
            return error instanceof AppError && error.code === 'usage';
          }
          if (request.kind === 'folder') return true;
          return (
            /^(?:https?|git):\/\/[^\s'"]+$/.test(request.url) && /^[A-Za-z0-9][\w./+-]*$/.test(request.revision ?? 'x')
          );
        },
      ),
    );
  });
});
