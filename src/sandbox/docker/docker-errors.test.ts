import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { engineStatus, toEngineError } from './docker-errors.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('toEngineError', () => {
  const refused = (code: string, place: object): Error => Object.assign(new Error('connect'), { code, ...place });

  it.each(['ENOENT', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH'])(
    'takes %s for an engine that does not answer, and names where it was looked for',
    (code) => {
      // Whatever made the client look there.
      vi.stubEnv('DOCKER_HOST', 'unix:///not/that.sock');
      const error = toEngineError(refused(code, { address: '/elsewhere.sock' }), 'connecting');
      expect(error).toMatchObject({
        code: 'engine-unreachable',
        message: `No Docker engine answers at /elsewhere.sock (${code}).`,
      });
      expect(error.hint).toMatch(/Start Docker/);
    },
  );

  it.each([
    [{ address: '127.0.0.1', port: 2375 }, '127.0.0.1:2375'],
    [{ hostname: 'far' }, 'far'],
    [{}, 'its address'],
  ])('names the place of %j', (place, where) => {
    const error = toEngineError(refused('ECONNREFUSED', place), 'connecting');
    expect(error.message).toBe(`No Docker engine answers at ${where} (ECONNREFUSED).`);
  });

  it.each(['EACCES', 'EPERM'])('takes %s for an engine that may not be used, and says how to get access', (code) => {
    const error = toEngineError(refused(code, { address: '/var/run/docker.sock' }), 'connecting');
    expect(error).toMatchObject({
      code: 'engine-unreachable',
      message: `Access to the Docker engine at /var/run/docker.sock was denied (${code}).`,
    });
    expect(error.hint).toMatch(/group `docker`/);
  });

  it('repeats the engine’s own words', () => {
    const refusal = Object.assign(new Error('(HTTP code 500) server error - no space left on device '), {
      statusCode: 500,
      json: { message: 'no space left on device' },
    });
    expect(toEngineError(refusal, 'creating a container')).toMatchObject({
      code: 'engine-failed',
      message: 'The Docker engine failed while creating a container: no space left on device',
      cause: refusal,
    });
  });

  it.each([
    [new Error('socket hang up'), 'socket hang up'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [{ json: null, code: 7 }, '[object Object]'],
  ])('copes with whatever is thrown: %s', (thrown, detail) => {
    expect(toEngineError(thrown, 'looking').message).toBe(`The Docker engine failed while looking: ${detail}`);
  });

  it('leaves an error alone that says what to do already', () => {
    const known = new AppError('image-missing', 'The image is not there.');
    expect(toEngineError(known, 'looking')).toBe(known);
  });
});

describe('engineStatus', () => {
  it('is the status of the engine’s answer, if there was one', () => {
    expect(engineStatus({ statusCode: 409 })).toBe(409);
    for (const other of [undefined, null, 'x', {}, { statusCode: '409' }]) expect(engineStatus(other)).toBeUndefined();
  });
});
