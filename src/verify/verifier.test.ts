import { expect, it } from 'vitest';
import type { AppError } from '../core/app-error.ts';
import { someLaunch } from '../../test/fakes/sandbox.ts';
import { requireVerifier } from './verifier.ts';

it('an image whose toolchain cannot run the verifier says why, and verifies nothing', () => {
  const { toolchain } = someLaunch;
  const reason = 'it does not compile: no space left';
  expect(() => {
    requireVerifier({ toolchain: { ...toolchain, verifier: { kind: 'none', reason } } });
  }).toThrow(
    expect.objectContaining({ code: 'image-unusable', message: `This image cannot verify: ${reason}.` }) as AppError,
  );
});
