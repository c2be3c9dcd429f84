import { randomUUID } from 'node:crypto';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Names one sandbox: the engine's id of its container. */
export type SandboxId = Branded<'SandboxId'>;

/** The handle of a session, as callers pass it: 122 random bits, no meaning inside. */
export type SessionId = Branded<'SessionId'>;

/** A handle that nobody can guess. */
export function newSessionId(): SessionId {
  return randomUUID() as SessionId;
}
