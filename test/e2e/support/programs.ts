import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The text of a program in test/programs. */
export function programText(name: string): string {
  return readFileSync(path.join(import.meta.dirname, '..', '..', 'programs', `${name}.lean`), 'utf8');
}
