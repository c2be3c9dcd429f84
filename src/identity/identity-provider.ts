import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { AppError, messageOf } from '../core/app-error.ts';

/** Whose tokens are accepted, and which of them. */
export interface IdentityProviderOptions {
  /** The `iss` of its tokens, and where its discovery document is found. */
  readonly issuer: string;
  /** The `aud` of tokens that are meant for this server. */
  readonly audience: string;
  /** Where its keys are; absent: where the discovery document says. */
  readonly keysUrl?: string | undefined;
  /** A scope that tokens must have. */
  readonly scope?: string | undefined;
}

/** Signatures only: a key that a verifier shares could be used by it to make tokens. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const clockToleranceS = 30;
const fetchLimitMs = 5000;
const discoveryDocument = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** Checks tokens (JWT) that an OpenID Connect provider has issued. Its keys are fetched when they are first needed. */
export class IdentityProvider {
  readonly #options: IdentityProviderOptions;
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(options: IdentityProviderOptions) {
    this.#options = options;
  }

  /**
   * Who a token was issued to.
   *
   * @returns the subject, or why the token is refused
   * @throws AppError `identity-unavailable` when the provider does not answer
   */
  async subjectOf(token: string): Promise<{ readonly subject: string } | { readonly refusal: string }> {
    const { issuer, audience, scope } = this.#options;
    const keys = await (this.#keys ??= this.#findKeys().catch((error: unknown) => {
      this.#keys = undefined;
      throw unavailable(issuer, error);
    }));
    try {
      const required = ['sub', 'exp'];
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms,
        requiredClaims: required,
        clockTolerance: clockToleranceS,
      });
      if (scope !== undefined && !scopesOf(payload).includes(scope)) return { refusal: `it lacks the scope ${scope}` };
      return { subject: payload.sub ?? '' };
    } catch (error) {
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) throw unavailable(issuer, error);
      return { refusal: error.message };
    }
  }

  async #findKeys(): Promise<JWTVerifyGetKey> {
    const { issuer, keysUrl } = this.#options;
    const options = { timeoutDuration: fetchLimitMs };
    if (keysUrl !== undefined) return createRemoteJWKSet(new URL(keysUrl), options);
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, { signal: AbortSignal.timeout(fetchLimitMs), redirect: 'error' });
    if (!response.ok) throw new Error(`${url} answers with status ${response.status}`);
    const document = discoveryDocument.parse(await response.json());
    if (document.issuer !== issuer) throw new Error(`${url} is the document of another issuer, ${document.issuer}`);
    return createRemoteJWKSet(new URL(document.jwks_uri), options);
  }
}

function scopesOf({ scope, scp }: JWTPayload): unknown[] {
  if (Array.isArray(scp)) return scp;
  return typeof scope === 'string' ? scope.split(' ') : [];
}

function unavailable(issuer: string, error: unknown): AppError {
  return new AppError('identity-unavailable', `The identity provider ${issuer} cannot be asked: ${messageOf(error)}`, {
    cause: error,
    hint: 'Check http.oidc_issuer and the network of the server; then call again.',
  });
}
