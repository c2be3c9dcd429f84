import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';

/** A package that was asked for. */
export type PackageRequest =
  | {
      readonly kind: 'git';
      /** As the person wrote it. */
      readonly text: string;
      readonly url: string;
      /** A tag, a branch or a commit; absent: the tag of the Lean, else the default branch. */
      readonly revision?: string;
      /** Whether it is Mathlib by its own name. */
      readonly isMathlib: boolean;
    }
  /** A Lake project of the user's own. */
  | { readonly kind: 'folder'; readonly text: string; readonly dir: string };

/** Where Mathlib comes from, unless told otherwise. */
export const mathlibUrl = 'https://github.com/leanprover-community/mathlib4';

const repository = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;
const revisionWord = /^[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$/;
const schemes = ['https:', 'http:', 'git:'];

/**
 * Reads what `--with` was given: `mathlib`, `OWNER/REPO` of GitHub, the address of a git repository, each with `@REVISION` if
 * wanted, or a folder that begins with `.` or `/`.
 *
 * @throws AppError `usage`
 */
export function parsePackageRequest(text: string): PackageRequest {
  if (/^[./]/.test(text)) return { kind: 'folder', text, dir: text };
  // An @ before the path of an address belongs to the name of a user.
  const host = text.indexOf('://') + 3;
  const last = text.lastIndexOf('@');
  const at = host > 2 && last < text.indexOf('/', host) ? -1 : last;
  const [source, revision] = at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
  if (revision !== undefined && !isRevision(revision))
    throw unreadable(text, `${JSON.stringify(revision)} is no tag, branch or commit`);
  const isMathlib = source.toLowerCase() === 'mathlib';
  const url = isMathlib ? mathlibUrl : repository.test(source) ? `https://github.com/${source}` : address(source, text);
  return { kind: 'git', text, url, isMathlib, ...(revision !== undefined && { revision }) };
}

function isRevision(text: string): boolean {
  return revisionWord.test(text) && !text.includes('..') && !/[/.]$|\.lock$|\/\//.test(text);
}

function address(source: string, text: string): string {
  const url = URL.canParse(source) ? new URL(source) : undefined;
  if (url === undefined || !schemes.includes(url.protocol)) throw unreadable(text, 'it names no package');
  if (url.username !== '' || url.password !== '')
    throw unreadable(text, 'an address with a password would be kept in the labels of the image');
  if (url.search !== '' || url.hash !== '') throw unreadable(text, 'the address of a repository has no ? and no #');
  return url.href;
}

function unreadable(text: string, reason: string): AppError {
  return new AppError(failures.usage.packageRequest, `\`--with ${JSON.stringify(text)}\` cannot be used: ${reason}.`);
}
