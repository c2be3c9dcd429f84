/** An OpenID Connect provider on loopback, as far as a server that checks tokens sees one. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

export type Claims = Readonly<Record<string, string | number | undefined>>;

/** What a provider answers, instead of the document that is asked for. */
export interface Instead {
  readonly status?: number;
  readonly body?: string;
}

export interface TestProvider extends AsyncDisposable {
  readonly issuer: string;
  /** The paths that it was asked for, in order. */
  readonly asked: readonly string[];
  /** Changes what it answers at these paths; without an answer it answers as before. */
  answer(paths: readonly ('discovery' | 'keys')[], instead?: Instead | Promise<Instead>): void;
  /** Issues a token, valid unless the claims say otherwise. */
  issue(claims: Claims): Promise<string>;
  /** Signs the same claims with a key that the provider does not publish. */
  forge(claims: Claims): Promise<string>;
}

/** Starts a provider whose tokens are meant for this audience. */
export async function startProvider(audience: string): Promise<TestProvider> {
  const own = await generateKeyPair('ES256');
  const other = await generateKeyPair('ES256');
  const keys = { keys: [{ ...(await exportJWK(own.publicKey)), kid: '1', alg: 'ES256', use: 'sig' }] };
  const paths = { discovery: '/.well-known/openid-configuration', keys: '/keys' };
  const asked: string[] = [];
  const instead = new Map<string, Instead | Promise<Instead>>();
  const server = createServer((request, response) => {
    const { url = '' } = request;
    asked.push(url);
    const documents: Readonly<Record<string, unknown>> = {
      [paths.discovery]: { issuer, jwks_uri: `${issuer}${paths.keys}` },
      [paths.keys]: keys,
    };
    void Promise.resolve(instead.get(url) ?? {}).then(({ status = 200, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body ?? JSON.stringify(documents[url] ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sign = async (claims: Claims, key: CryptoKey): Promise<string> => {
    const inAnHour = Math.floor(Date.now() / 1000) + 3600;
    const all = { iss: issuer, aud: audience, exp: inAnHour, ...claims };
    return await new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid: '1' }).sign(key);
  };
  return {
    issuer,
    asked,
    answer: (changed, answer) => {
      for (const name of changed) {
        if (answer === undefined) instead.delete(paths[name]);
        else instead.set(paths[name], answer);
      }
    },
    issue: (claims) => sign(claims, own.privateKey),
    forge: (claims) => sign(claims, other.privateKey),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await Promise.resolve();
    },
  };
}
