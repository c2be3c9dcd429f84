import { randomUUID } from 'node:crypto';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Names one sandbox: the engine's id of its container. */
export type SandboxId = Branded<'SandboxId'>;

/** The handle of a session, as callers pass it: 122 random bits, no meaning inside. */
export type SessionId = Branded<'SessionId'>;

/** Whose call it is: sessions and quotas belong to principals. */
export type Principal = Branded<'Principal'>;

/** Whoever started the program: everybody on stdin, and on a port of this machine that asks for no token. */
export const localPrincipal = 'local' as Principal;

/** A handle that nobody can guess. */
export function newSessionId(): SessionId {
  return randomUUID() as SessionId;
}

/** Whether a text could be such a handle; any other stands for no session, and must become no name of a file or a key. */
export function isSessionId(text: string): text is SessionId {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
