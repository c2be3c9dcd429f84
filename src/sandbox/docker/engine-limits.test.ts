import { expect, it } from 'vitest';
import { parseEngineInfo } from './engine-facts.ts';
import { requireEnforcedLimits } from './engine-limits.ts';

const able = { MemoryLimit: true, CpuCfsQuota: true, PidsLimit: true };

function refusalOf(info: object): unknown {
  try {
    requireEnforcedLimits(parseEngineInfo(info));
    return undefined;
  } catch (error) {
    return error;
  }
}

it('an engine that can enforce all limits will do', () => {
  expect(refusalOf(able)).toBeUndefined();
});

it('an engine is refused by the names of the limits that it cannot enforce', () => {
  expect(refusalOf({ MemoryLimit: true, PidsLimit: false })).toMatchObject({
    code: 'limits-not-enforced',
    message: 'The Docker engine cannot enforce these limits: cpu, processes.',
  });
});

it('Podman is refused by its name, whatever it says of its limits', () => {
  expect(refusalOf({ ...able, BuildahVersion: '1.28.2' })).toMatchObject({
    code: 'limits-not-enforced',
    message: expect.stringContaining('The engine is Podman') as unknown,
  });
});
