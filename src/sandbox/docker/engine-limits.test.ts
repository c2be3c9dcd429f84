import type Docker from 'dockerode';
import { expect, it } from 'vitest';
import { requireEnforcedLimits } from './engine-limits.ts';

const able = { MemoryLimit: true, CpuCfsQuota: true, PidsLimit: true };
const engine = (info: object): Docker => ({ info: () => Promise.resolve(info) }) as unknown as Docker;

it('an engine that can enforce all limits will do', async () => {
  await expect(requireEnforcedLimits(engine(able))).resolves.toBeUndefined();
});

it('an engine is refused by the names of the limits that it cannot enforce', async () => {
  await expect(requireEnforcedLimits(engine({ MemoryLimit: true, PidsLimit: false }))).rejects.toMatchObject({
    code: 'limits-not-enforced',
    message: 'The Docker engine cannot enforce these limits: cpu, processes.',
  });
});

it('Podman is refused by its name, whatever it says of its limits', async () => {
  await expect(requireEnforcedLimits(engine({ ...able, BuildahVersion: '1.28.2' }))).rejects.toMatchObject({
    code: 'limits-not-enforced',
    message: expect.stringContaining('The engine is Podman') as unknown,
  });
});
