import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { AppError } from '../core/app-error.ts';
import { RpcClient } from './rpc-client.ts';

function connect(): { client: RpcClient; stdin: PassThrough; stdout: PassThrough } {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  return { client: new RpcClient(stdin, stdout, () => 'it logged this'), stdin, stdout };
}

it('writes a request as one line of JSON', () => {
  const { client, stdin } = connect();
  void client.request('tools/list', { cursor: 'two\nlines' }).catch(() => undefined);
  const [line, rest] = String(stdin.read()).split('\n');
  expect(JSON.parse(line ?? '')).toEqual({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/list',
    params: { cursor: 'two\nlines' },
  });
  expect(rest).toBe('');
});

it('gives each request its own answer, in whatever order and pieces they come', async () => {
  const { client, stdout } = connect();
  const answers = Promise.all([client.request('a', {}), client.request('b', {})]);
  stdout.write('{"jsonrpc":"2.0","id":2,"result":"b"}\n{"jsonrpc":"2.0","id":1,"re');
  stdout.write('sult":"a"}\n');
  await expect(answers).resolves.toEqual(['a', 'b']);
});

it('passes over what is no answer of its own', async () => {
  const { client, stdout } = connect();
  const answer = client.request('a', {});
  stdout.write('{"jsonrpc":"2.0","method":"notifications/message","params":{}}\n{"jsonrpc":"2.0","id":9,"result":0}\n');
  stdout.write('{"jsonrpc":"2.0","id":1,"result":1}\n');
  await expect(answer).resolves.toBe(1);
});

it('rejects with the message of an error', async () => {
  const { client, stdout } = connect();
  const answer = client.request('a', {});
  stdout.write('{"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"no such method"}}\n');
  await expect(answer).rejects.toThrow('no such method');
});

it('rejects what is open, and all that follows, with the log when the server ends', async () => {
  const { client, stdout } = connect();
  const answer = client.request('a', {});
  stdout.end();
  await expect(answer).rejects.toThrow('ended');
  await expect(answer).rejects.toHaveProperty('hint', 'Its log: it logged this');
  await expect(client.request('b', {})).rejects.toBeInstanceOf(AppError);
});
