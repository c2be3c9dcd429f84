import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';

/** Tests of what runs in containers; a machine without any Docker engine may leave them out, and only if it says so. */
const dockerFolders = ['docker', 'e2e', 'properties'];
const withoutDocker = process.env['LEAN_DOCKER_MCP_TEST_NO_DOCKER'] === '1';
const dockerFiles = dockerFolders.map((folder) => `test/${folder}/**/*.test.ts`);
const unitFiles = [
  'src',
  'proof-view',
  'scripts',
  'bench',
  'elaborator/test',
  'test/stand-in',
  'test/growth',
  'test/queue',
].map((folder) => `${folder}/**/*.test.ts`);

function numberOfDockerFiles(): number {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' });
  return files.filter((file) => dockerFolders.some((folder) => file.startsWith(folder)) && file.endsWith('.test.ts'))
    .length;
}

export default defineConfig({
  test: {
    // Only so that a hang comes to an end; no test's verdict depends on time.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    teardownTimeout: 60_000,
    reporters: ['default', new ClosingLine(withoutDocker ? numberOfDockerFiles() : 0)],
    projects: [
      { extends: true, test: { name: 'unit', include: unitFiles, setupFiles: ['test/support/fuzz-setup.ts'] } },
      ...(withoutDocker
        ? []
        : [
            {
              extends: true as const,
              test: {
                name: 'docker',
                include: dockerFiles,
                globalSetup: ['test/support/engine.ts'],
                maxWorkers: 2,
                // A busy machine can upset a test that talks to processes; the closing lines tell of each that this saved. A
                // counterexample of a property has found a fault, and would not be tried again.
                retry: { count: 1, condition: /^(?!Property failed)/ },
                sequence: { groupOrder: 1 },
              },
            },
          ]),
    ],
  },
});
