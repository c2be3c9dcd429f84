import { expect, test } from 'vitest';
import { readEngineInfo, readEngineVersion } from './engine-facts.ts';

test('versions and product are read', () => {
  const answer = { Version: '29.1.0', ApiVersion: '1.52', Components: [{ Name: 'Engine', Version: '29.1.0' }] };
  expect(readEngineVersion(answer)).toEqual({ server: '29.1.0', api: '1.52', isPodman: false });
});

test('Podman is told from Docker', () => {
  const answer = { Version: '5.4.0', ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] };
  expect(readEngineVersion(answer).isPodman).toBe(true);
});

test.each([undefined, null, 'OK', [], {}, { MemoryLimit: 'yes', Runtimes: null, SecurityOptions: 7 }])(
  'of %j no limit is taken as enforced',
  (answer) => {
    const expected = { MemoryLimit: false, CpuCfsQuota: false, PidsLimit: false, Runtimes: {}, SecurityOptions: [] };
    expect(readEngineInfo(answer)).toMatchObject(expected);
  },
);
