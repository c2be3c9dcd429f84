import { afterAll } from 'vitest';
import { compiledElaborator } from '../../elaborator/test/toolchain.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testToolchain, type TestToolchain } from '../support/toolchain.ts';
import { ProcessDriver } from './processes.ts';

/** The toolchain of the tests, elaborator included, and processes of it in place of sandboxes; gone when the file is done. */
export async function elaboratorProcesses(): Promise<{
  readonly toolchain: TestToolchain;
  readonly driver: ProcessDriver;
}> {
  const folder = await temporaryFolder();
  const toolchain = await testToolchain(folder.path);
  const driver = new ProcessDriver(toolchain.dir, toolchain.isStandIn ? undefined : compiledElaborator(toolchain.dir));
  afterAll(async () => {
    await driver[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });
  return { toolchain, driver };
}
