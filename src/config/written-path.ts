import { resolve } from 'node:path';

/**
 * A path of this machine as somebody wrote it. Not a text on purpose: what it stands for depends on where it was written,
 * so nothing can open it before {@link WrittenPath.from} has said.
 */
export class WrittenPath {
  readonly written: string;

  constructor(written: string) {
    this.written = written;
  }

  /**
   * The absolute path that it stands for: `~/` is the home folder, as in a shell, also where no shell reads it.
   *
   * @param folder what it starts from when it is relative
   */
  from(folder: string, homeDir: string): string {
    return resolve(
      folder,
      this.written.replace(/^~(?=$|[/\\])/, () => homeDir),
    );
  }
}

/** The same values, with absolute paths for those that were written. */
export type Resolved<Values> = {
  readonly [Name in keyof Values]: Values[Name] extends infer Value
    ? Value extends WrittenPath
      ? string
      : Value extends readonly WrittenPath[]
        ? readonly string[]
        : Value
    : never;
};

/** Puts an absolute path in the place of every written one. @param absolute says which, by the name of the value */
export function resolvePaths<Values extends object>(
  values: Values,
  absolute: (name: keyof Values & string, path: WrittenPath) => string,
): Resolved<Values> {
  const resolved = (name: string, value: unknown): unknown => {
    if (value instanceof WrittenPath) return absolute(name as keyof Values & string, value);
    return Array.isArray(value) ? value.map((item: unknown) => resolved(name, item)) : value;
  };
  const entries = Object.entries(values).map(([name, value]: [string, unknown]) => [name, resolved(name, value)]);
  return Object.fromEntries(entries) as Resolved<Values>;
}
