import { expect, test } from 'vitest';
import { describeConfiguration } from './configuration.ts';

test('where nobody set anything, everything is a default', () => {
  expect(describeConfiguration({ file: undefined, given: [] })).toBe('no file; everything is a default');
});

test('what was set is told with its place', () => {
  const given = [
    { name: 'docker.memory_limit', value: '2 GiB', origin: 'config.yaml line 3' },
    { name: 'debug', value: 'true', origin: '--debug' },
  ];
  expect(describeConfiguration({ file: '/home/me/config.yaml', given })).toBe(
    '/home/me/config.yaml; docker.memory_limit = 2 GiB (config.yaml line 3); debug = true (--debug); everything else is a default',
  );
});
