import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError, messageOf } from '../core/app-error.ts';
import { replaceWhole } from '../core/replace-whole.ts';
import { codeOf } from '../core/system-error.ts';
import { failures } from '../core/failures/failures.ts';
import { mintToken, type StoredToken } from './bearer-token.ts';

const fileContent = z.object({
  format: z.literal(1),
  tokens: z.array(z.object({ name: z.string(), sha256: z.string().regex(/^[\da-f]{64}$/), created: z.iso.datetime() })),
});

/** How long an answer about the file counts, in milliseconds: a token that is revoked stops working within that time. */
const rereadAfterMs = 1000;

/** For a lock that another process holds: tries, and milliseconds between them; enough to take one over from a dead process. */
const waitForLock = { retries: 300, factor: 1, minTimeout: 50, maxTimeout: 50 };

/** The file with the tokens that the server accepts, or rather with their hashes. */
export class TokenFile {
  readonly path: string;
  #last: { readonly at: number; readonly tokens: Promise<readonly StoredToken[] | undefined> } | undefined;

  constructor(file: string) {
    this.path = file;
  }

  /**
   * The tokens, as they are or were a moment ago.
   *
   * @returns `undefined` when there is no file
   * @throws AppError `config-invalid` when the file cannot be used
   */
  async current(): Promise<readonly StoredToken[] | undefined> {
    const now = performance.now();
    if (this.#last === undefined || now - this.#last.at > rereadAfterMs) this.#last = { at: now, tokens: this.read() };
    return await this.#last.tokens;
  }

  /** The tokens as they are now. Returns and throws as {@link current}. */
  async read(): Promise<readonly StoredToken[] | undefined> {
    try {
      const { mode } = await stat(this.path);
      if ((mode & 0o022) !== 0) throw new Error('others than its owner may write to it');
      return fileContent.parse(JSON.parse(await readFile(this.path, 'utf8'))).tokens;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
      throw new AppError(
        failures['config-invalid'].tokenFileUnreadable,
        `The token file ${this.path} cannot be used: ${why}.`,
        { cause: error },
      );
    }
  }

  /**
   * Makes a token. It is nowhere but in what is returned.
   *
   * @throws AppError `usage` when the name cannot be used, `config-invalid`
   */
  async add(name: string): Promise<string> {
    if (!/^[\w.@-]{1,64}$/.test(name)) {
      throw new AppError(failures.usage.tokenName, `${JSON.stringify(name)} cannot be the name of a token.`);
    }
    const { token, stored } = mintToken(name);
    await this.#change((tokens) => {
      if (!tokens.some((other) => other.name === name)) return [...tokens, stored];
      throw new AppError(
        failures.usage.tokenNameTaken({ name }),
        `There is a token for ${JSON.stringify(name)} already.`,
      );
    });
    return token;
  }

  /** Makes a token worthless. @throws AppError `usage` when there is none of this name, `config-invalid` */
  async revoke(name: string): Promise<void> {
    await this.#change((tokens) => {
      // An empty file stays: without a file the server would ask nobody for a token.
      const others = tokens.filter((token) => token.name !== name);
      if (others.length < tokens.length) return others;
      throw new AppError(failures.usage.noSuchToken, `There is no token for ${JSON.stringify(name)} in ${this.path}.`);
    });
  }

  /** Replaces the tokens by others, while no other process does. */
  async #change(change: (tokens: readonly StoredToken[]) => readonly StoredToken[]): Promise<void> {
    const unlock = await this.#lock();
    try {
      await this.#write(change((await this.read()) ?? []));
    } finally {
      await unlock();
    }
  }

  async #lock(): Promise<() => Promise<void>> {
    // On demand: it listens to the signals of the process, to give its locks back.
    const { default: lockfile } = await import('proper-lockfile');
    try {
      await mkdir(path.dirname(this.path), { recursive: true, mode: 0o700 });
      return await lockfile.lock(this.path, { realpath: false, retries: waitForLock });
    } catch (error) {
      throw this.#unwritable(error);
    }
  }

  async #write(tokens: readonly StoredToken[]): Promise<void> {
    try {
      await replaceWhole(this.path, `${JSON.stringify({ format: 1, tokens }, undefined, 2)}\n`);
    } catch (error) {
      throw this.#unwritable(error);
    }
  }

  #unwritable(error: unknown): AppError {
    return new AppError(
      failures['config-invalid'].tokenFileNotWritable,
      `The token file ${this.path} could not be written: ${messageOf(error)}`,
      { cause: error },
    );
  }
}
