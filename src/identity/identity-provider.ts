import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { AppError, messageOf } from '../core/app-error.ts';
import { Lazy } from '../core/lazy.ts';
import { failures } from '../core/failures/failures.ts';

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
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
}

/** Signatures only: a key that a verifier shares could be used by it to make tokens. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const clockToleranceS = 30;
const fetchLimitMs = 5000;
/** How long a provider that has failed is not asked again: tokens that anybody can make up have it asked. */
const restAfterFailureMs = 5000;
const discoveryDocument = z.object({ issuer: z.string(), jwks_uri: z.url() });
const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** What is wrong with a token. Whatever else goes wrong says nothing about the token. */
const refusals = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

/** Checks tokens (JWT) that an OpenID Connect provider has issued. Its keys are fetched when they are first needed. */
export class IdentityProvider {
  readonly #options: IdentityProviderOptions;
  readonly #now: () => number;
  readonly #keys = new Lazy(() => this.#discoverKeys());
  #failure: { readonly at: number; readonly error: unknown } | undefined;

  constructor(options: IdentityProviderOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * Who a token was issued to.
   *
   * @returns the subject, or why the token is refused
   * @throws AppError `identity-unavailable` when the provider does not answer, or not with what was asked for
   */
  async subjectOf(token: string): Promise<{ readonly subject: string } | { readonly refusal: string }> {
    const { issuer, audience, scope } = this.#options;
    const required = ['sub', 'exp'];
    try {
      // The keys last: what is no token of the right form is refused without them.
      const { payload } = await jwtVerify(token, async (...which) => await (await this.#keys.get())(...which), {
        issuer,
        audience,
        algorithms,
        requiredClaims: required,
        clockTolerance: clockToleranceS,
      });
      if (scope !== undefined && !scopesOf(payload).includes(scope)) return { refusal: `it lacks the scope ${scope}` };
      return { subject: payload.sub ?? '' };
    } catch (error) {
      if (!refusals.some((kind) => error instanceof kind)) throw unavailable(issuer, error);
      return { refusal: messageOf(error) };
    }
  }

  async #discoverKeys(): Promise<JWTVerifyGetKey> {
    const { keysUrl = await this.#discover() } = this.#options;
    return createRemoteJWKSet(new URL(keysUrl), {
      [customFetch]: async (url) => Response.json(await this.#ask(url, keySet)),
    });
  }

  async #discover(): Promise<string> {
    const { issuer } = this.#options;
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const document = await this.#ask(
      url,
      discoveryDocument.refine((found) => found.issuer === issuer, `${url} is the document of another issuer`),
    );
    return document.jwks_uri;
  }

  /** Fetches a document, unless the provider has failed just before. */
  async #ask<Document>(url: string, kind: z.ZodType<Document>): Promise<Document> {
    if (this.#failure !== undefined && this.#now() - this.#failure.at < restAfterFailureMs) throw this.#failure.error;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(fetchLimitMs), redirect: 'error' });
      if (!response.ok) throw new Error(`${url} answers with status ${response.status}`);
      const { data, error } = kind.safeParse(await response.json());
      if (error !== undefined) throw new Error(`${url} answers with something else: ${z.prettifyError(error)}`);
      return data;
    } catch (error) {
      this.#failure = { at: this.#now(), error };
      throw error;
    }
  }
}

function scopesOf({ scope, scp }: JWTPayload): unknown[] {
  if (Array.isArray(scp)) return scp;
  return typeof scope === 'string' ? scope.split(' ') : [];
}

function unavailable(issuer: string, error: unknown): AppError {
  return new AppError(
    failures['identity-unavailable'].providerNotAsked,
    `The identity provider ${issuer} cannot be asked: ${messageOf(error)}`,
    { cause: error },
  );
}
