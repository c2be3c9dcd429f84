import { expect, test } from 'vitest';
import { AppError } from '../core/app-error.ts';
import type { AppErrorCode } from '../core/failures/failure.ts';
import { exportCommand, imageBuildCommand, nextStep } from './next-step.ts';

test.each<[AppErrorCode, string]>([
  ['image-missing', 'build it'],
  ['image-unusable', 'build it'],
  ['engine-unreachable', 'docker info'],
  ['engine-failed', 'docker info'],
  ['limits-not-enforced', 'docker info'],
  ['config-invalid', 'the hint'],
])('%s leads to: %s', (code, next) => {
  expect(nextStep(new AppError({ code, hint: 'the hint' }, 'wrong'), 'build it')).toBe(next);
});

test('the command that builds the image reads the same configuration file', () => {
  expect(imageBuildCommand(undefined)).toBe('lean-docker-mcp image build');
  expect(imageBuildCommand('./lean.yaml')).toBe('lean-docker-mcp image build --config ./lean.yaml');
});

test('a shell reads what is quoted as one word', () => {
  expect(imageBuildCommand("it's $HOME.yaml")).toBe(
    String.raw`lean-docker-mcp image build --config 'it'\''s $HOME.yaml'`,
  );
  expect(exportCommand('MEMORY_LIMIT', '2g')).toBe('export LEAN_DOCKER_MCP_MEMORY_LIMIT=2g');
});
