import { describe, expect, it } from 'vitest';
import { formatAddress, isLoopback, parseListenAddress } from './listen-address.ts';

describe('an address to listen on', () => {
  it.each([
    ['8000', '127.0.0.1', 8000],
    [' 0 ', '127.0.0.1', 0],
    ['0.0.0.0:80', '0.0.0.0', 80],
    ['lean.example.org:65535', 'lean.example.org', 65_535],
    ['[::1]:8000', '::1', 8000],
    ['[::]:8000', '::', 8000],
  ])('%j is %s, port %i', (text, host, port) => {
    const address = parseListenAddress(text);
    expect(address).toEqual({ host, port });
  });

  it.each([
    '',
    'localhost',
    ':8000',
    '::1:8000',
    '65536',
    '1:2:3',
    '-1',
    'a b:80',
    'http://localhost:80',
    '[localhost]:80',
    '8000/',
  ])('%j is none', (text) => {
    expect(parseListenAddress(text)).toBeUndefined();
  });

  it('is read back from what is written of it', () => {
    for (const address of [
      { host: '::1', port: 1 },
      { host: 'a.b', port: 2 },
    ]) {
      expect(parseListenAddress(formatAddress(address))).toEqual(address);
    }
  });
});

describe('what only this machine can reach', () => {
  it.each(['127.0.0.1', '127.9.9.9', 'localhost', 'LOCALHOST', '::1'])('%s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'localhost.evil.example', '::2'])('not %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
