import { isIP } from 'node:net';

/** Where a server listens. */
export interface ListenAddress {
  /** A name or an address, IPv6 without brackets. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/**
 * Reads `[HOST:]PORT`; without a host, only this machine is served.
 *
 * @returns `undefined` when the text is not an address
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:(?<host>[^:[\]\s]+|\[[\da-f:.]+\]):)?(?<port>\d{1,5})$/i.exec(text.trim());
  const port = Number(match?.groups?.['port'] ?? Number.NaN);
  const host = match?.groups?.['host']?.replace(/^\[|\]$/g, '') ?? '127.0.0.1';
  return port <= 65_535 ? { host, port } : undefined;
}

/** Whether only this machine can reach the host. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return isIP(name) === 4 ? name.startsWith('127.') : name === 'localhost' || name === '::1';
}

/** `127.0.0.1:8000`, `[::1]:8000`. */
export function formatAddress({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
