/*
 * Global set-up of the Docker tests: an engine, a toolchain and its sandbox image. The teardown fails when the tests left
 * a container behind. Tests get what they need with `inject('sandboxImage')` and the like; DOCKER_HOST names the engine.
 */
import type Docker from 'dockerode';
import type { TestProject } from 'vitest/node';
import { openEngine } from '../../scripts/engine/open-engine.ts';
import { containerLabels } from '../../src/sandbox/docker/labels.ts';
import { readImage } from '../../src/image/read-image.ts';
import { elaboratorMissing } from '../../src/lean/toolchain.ts';
import { connectEngine } from '../../src/sandbox/docker/engine.ts';
import { buildTestImage, testToolchain } from './toolchain.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Tag of the sandbox image that the tests use. */
    sandboxImage: string;
    /** Folder of the toolchain that is in it. */
    toolchainDir: string;
    /** First line of its `lean --version`. */
    toolchainVersion: string;
    /** Whether it plays recordings instead of being a Lean. */
    isStandIn: boolean;
    /** The purpose of the sandboxes in which programs run: their own, or the one that has elaborated their text. */
    programsRunIn: 'program' | 'lean';
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const engine = await openEngine();
  try {
    const toolchain = await testToolchain();
    const docker = await connectEngine(process.env);
    const before = await sandboxIds(docker);
    const ranOn = `on ${engine.description} with ${toolchain.versionLine}`;
    say(`Docker tests run ${ranOn}`);
    const sandboxImage = await buildTestImage(docker, toolchain);
    const image = await readImage(docker, sandboxImage);
    const elaborates = image !== undefined && elaboratorMissing(image.toolchain) === undefined;
    project.provide('sandboxImage', sandboxImage);
    project.provide('programsRunIn', elaborates ? 'lean' : 'program');
    project.provide('toolchainDir', toolchain.dir);
    project.provide('toolchainVersion', toolchain.versionLine);
    project.provide('isStandIn', toolchain.isStandIn);
    return async () => {
      try {
        await expectNoneLeft(docker, before);
        say(`Docker tests ran ${ranOn}`);
      } catch (error) {
        // The test runner only prints what a teardown throws.
        process.exitCode = 1;
        throw error;
      } finally {
        await engine.close();
      }
    };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** The engine removes containers on its own, shortly after they have ended. */
async function expectNoneLeft(docker: Docker, before: ReadonlySet<string>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const left = [...(await sandboxIds(docker))].filter((id) => !before.has(id));
    if (left.length === 0) return;
    if (tries === 100) throw new Error(`The tests left containers behind: ${left.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function sandboxIds(docker: Docker): Promise<Set<string>> {
  const containers = await docker.listContainers({ all: true, filters: { label: [containerLabels.owner] } });
  return new Set(containers.map(({ Id }) => Id));
}

function say(line: string): void {
  process.stdout.write(`\n${line}\n`);
}
