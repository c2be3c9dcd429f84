/* What holds for the files of all clients, whatever their format. */
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../core/app-error.ts';
import { isObject } from '../core/is-object.ts';
import type { Failure } from '../core/failures/failure.ts';
import { failures } from '../core/failures/failures.ts';
import { startsThisProgram, type ServerEntry } from './server-entry.ts';

export type FileObject = Readonly<Record<string, unknown>>;

/** Finds an entry of ours. @throws AppError `client-config-unusable` when it is another server's, or no entry */
export function presentEntry(
  root: FileObject,
  section: string,
  name: string,
  entry: ServerEntry,
  file: string,
): FileObject | undefined {
  const present = objectAt(objectAt(root, section, file), name, file);
  if (present === undefined || startsThisProgram(present) || startsAs(present, entry)) return present;
  throw unusable(file, `has another server named "${name}"`, failures['client-config-unusable'].otherServer);
}

/** A key that is there twice, for instance, makes an edit reach another place than the one that counts. */
export function requireNothingLost(
  before: FileObject,
  after: FileObject,
  { section, name, entry }: { readonly section: string; readonly name: string; readonly entry: ServerEntry },
  file: string,
): void {
  const rest = (root: FileObject): unknown => ({
    ...root,
    [section]: { ...(root[section] as FileObject | undefined), [name]: undefined },
  });
  const written = (after[section] as FileObject | undefined)?.[name];
  if (isDeepStrictEqual(rest(before), rest(after)) && isObject(written) && startsAs(written, entry)) return;
  throw unusable(
    file,
    'cannot be changed safely, perhaps because a key is there twice',
    failures['client-config-unusable'].changeNotSafe,
  );
}

export function unusable(file: string, what: string, failure: Failure): AppError {
  return new AppError(failure, `${file} ${what}.`);
}

function objectAt(parent: FileObject | undefined, key: string, file: string): FileObject | undefined {
  const value = parent?.[key];
  if (value === undefined || isObject(value)) return value;
  throw unusable(file, `has something else than an object in "${key}"`, failures['client-config-unusable'].notReadable);
}

function startsAs({ command, args }: FileObject, entry: ServerEntry): boolean {
  return command === entry.command && isDeepStrictEqual(args, entry.args);
}
