import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { OwnedSessions } from '../sessions/owned-sessions.ts';
import type { Session } from '../sessions/session.ts';
import type { CallEnvironment } from './call.ts';

/** The environments in which the calls of one principal can run, the one of those that name none first. */
export class Environments {
  readonly #all: readonly [CallEnvironment, ...CallEnvironment[]];

  constructor(all: readonly [CallEnvironment, ...CallEnvironment[]]) {
    this.#all = all;
  }

  /** In their order; none when there is only one, without a name. */
  get names(): readonly string[] {
    return this.#all.flatMap(({ name }) => name ?? []);
  }

  /** The sessions of the principal, in whichever environment. */
  get sessions(): OwnedSessions {
    return this.#all[0].sessions;
  }

  /** @throws AppError `usage` when there is none of that name */
  find(name: string | undefined): CallEnvironment {
    if (name === undefined) return this.#all[0];
    const found = this.#all.find((one) => one.name === name);
    if (found !== undefined) return found;
    throw noSuchEnvironment(name, this.names);
  }

  /**
   * The one that a session is in, for as long as it lives.
   *
   * @param asked the one that the call names
   * @throws AppError `usage` when the call names another one; `config-invalid` when it is no longer configured
   */
  ofSession({ id, environment: own }: Pick<Session, 'id' | 'environment'>, asked: string | undefined): CallEnvironment {
    const wanted = asked === undefined ? undefined : this.find(asked);
    const environment = own === undefined ? this.#all[0] : this.#all.find(({ name }) => name === own);
    if (environment === undefined) {
      throw new AppError(
        failures['config-invalid'].environmentNotThere({ name: own ?? '', names: this.names }),
        `Session ${id} is in the environment ${own ?? ''}, which is not configured.`,
      );
    }
    if (wanted === undefined || wanted === environment) return environment;
    throw new AppError(
      failures.usage.otherEnvironment,
      `Session ${id} is in the environment ${environment.name ?? ''}, and cannot go on in ${asked ?? ''}.`,
    );
  }

  /** What results tell of it: nothing when there is no other. */
  told({ name }: Pick<CallEnvironment, 'name'>): { readonly environment?: string } {
    return this.#all.length === 1 || name === undefined ? {} : { environment: name };
  }
}

/** What is told whoever names an environment that is not there. @param names of those that are */
export function noSuchEnvironment(name: string, names: readonly string[]): AppError {
  return new AppError(failures.usage.noSuchEnvironment({ names }), `There is no environment ${JSON.stringify(name)}.`);
}
