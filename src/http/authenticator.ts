/*
 * Finds out who is calling. Whoever presents a token of the token file or of the identity provider is the principal that the
 * token is for. Where neither is configured, this machine's own programs are served, and nobody else.
 */
import {
  bearerAuthChallengeResponse,
  OAuthError,
  OAuthErrorCode,
  verifyBearerToken,
  type AuthInfo,
} from '@modelcontextprotocol/server';
import { AppError } from '../core/app-error.ts';
import { localPrincipal, type Principal } from '../core/ids.ts';
import { findToken } from '../identity/bearer-token.ts';
import type { IdentityProvider } from '../identity/identity-provider.ts';
import type { TokenFile } from '../identity/token-file.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { rpcError } from './rpc-error.ts';

/** Who is calling, or what is answered instead. */
export type Caller = { readonly principal: Principal } | { readonly refusal: Response };

export interface AuthenticatorOptions {
  readonly tokens: TokenFile;
  readonly provider: IdentityProvider | undefined;
  /** Goes before a subject of the provider, so that it never equals another principal. */
  readonly issuer: string | undefined;
  /** Where clients learn who issues tokens; absent when nobody does. */
  readonly metadataUrl: string | undefined;
  readonly logger: Logger;
}

const secondsPerDay = 86_400;

/** Knows callers by their tokens. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  #everAsked = false;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** Whether callers need a token. Once they do, they always will: a file that vanishes opens no door. */
  async asksForTokens(): Promise<boolean> {
    const { provider, tokens } = this.#options;
    this.#everAsked ||= provider !== undefined || (await tokens.current()) !== undefined;
    return this.#everAsked;
  }

  async authenticate(request: Request): Promise<Caller> {
    try {
      if (!(await this.asksForTokens())) return trustThisMachine(request);
      const { clientId } = await verifyBearerToken(bearerOf(request), {
        verifier: { verifyAccessToken: (token) => this.#verify(token) },
      });
      return { principal: clientId as Principal };
    } catch (error) {
      if (error instanceof OAuthError) return { refusal: askPerson(request, this.#challenge(error)) };
      const known = error instanceof AppError ? error.advice : String(error);
      this.#options.logger.error('Callers cannot be identified', { error: known });
      return { refusal: rpcError(503, -32_000, 'Callers cannot be identified now', { 'retry-after': '5' }) };
    }
  }

  #challenge(error: OAuthError): Response {
    const { metadataUrl } = this.#options;
    return bearerAuthChallengeResponse(error, metadataUrl === undefined ? {} : { resourceMetadataUrl: metadataUrl });
  }

  async #verify(token: string): Promise<AuthInfo> {
    const { tokens, provider, issuer = '' } = this.#options;
    const stored = findToken((await tokens.current()) ?? [], token);
    const expiresAt = Math.floor(Date.now() / 1000) + secondsPerDay;
    if (stored !== undefined) return { token, clientId: `token:${stored.name}`, scopes: [], expiresAt };
    const checked = await provider?.subjectOf(token);
    if (checked !== undefined && 'subject' in checked) {
      return { token, clientId: `oidc:${issuer}#${checked.subject}`, scopes: [], expiresAt };
    }
    const why = checked === undefined ? 'it is unknown or was revoked' : checked.refusal;
    throw new OAuthError(OAuthErrorCode.InvalidToken, `The token is not accepted: ${why}`);
  }
}

/** Without tokens a proxy would let everybody in who reaches the proxy. */
function trustThisMachine(request: Request): Caller {
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip'].some((name) => request.headers.has(name));
  if (!isForwarded) return { principal: localPrincipal };
  const message =
    'This server asks for no token, so it serves programs of its own machine only, and this request came through a proxy. Make a token: lean-docker-mcp token add NAME';
  return { refusal: rpcError(403, -32_000, message) };
}

/** Browsers can ask people for a password, but not for a bearer token: the password is then taken for the token. */
function bearerOf({ headers }: Request): string | null {
  const given = headers.get('authorization');
  const [, encoded] = /^basic\s+([\w+/=-]+)$/i.exec(given ?? '') ?? [];
  if (encoded === undefined) return given;
  const password = Buffer.from(encoded, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');
  return `Bearer ${password}`;
}

/** The refusal; a person's browser is asked in a way that makes it ask the person. */
function askPerson({ method, headers }: Request, refusal: Response): Response {
  const isPerson = method === 'GET' && (headers.get('accept') ?? '').includes('text/html');
  if (!isPerson || refusal.status !== 401) return refusal;
  const asking = new Response(refusal.body, refusal);
  // Alone: browsers do not look for a second scheme behind one that they do not know.
  asking.headers.set('www-authenticate', 'Basic realm="lean-docker-mcp", charset="UTF-8"');
  return asking;
}
