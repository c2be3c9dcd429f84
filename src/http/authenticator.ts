import { localPrincipal, type Principal } from '../core/ids.ts';

/** Who is calling, or what is answered instead. */
export type Caller = { readonly principal: Principal } | { readonly refusal: Response };

/** Finds out who is calling. */
export interface Authenticator {
  authenticate(request: Request): Promise<Caller>;
}

/** Asks for nothing: whoever can reach the port is the person who started the program. */
export const trustEverybody: Authenticator = {
  authenticate: () => Promise.resolve({ principal: localPrincipal }),
};
