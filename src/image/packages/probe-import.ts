import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { formatBytes, type Bytes } from '../../core/bytes.ts';
import { makeVisible } from '../../core/visible-text.ts';
import { firstError } from '../../lean/diagnostic.ts';
import { detailOf, isCut } from '../../lean/lean.ts';
import type { Toolchain } from '../../lean/toolchain.ts';
import type { ProbeJail } from '../probe-jail.ts';

/** What a sandbox needs beyond what importing took: for elaborating. */
const room: Bytes = 512 * 1024 ** 2;
const step: Bytes = 64 * 1024 ** 2;

/**
 * Imports modules as calls will.
 *
 * @param jail with all the memory that there is
 * @param memory of that jail
 * @returns how much memory a sandbox should have that imports them; `undefined` when that cannot be told
 * @throws AppError `image-build-failed` when Lean cannot import them; as the methods of {@link ProbeJail}
 */
export async function probeImport(
  jail: ProbeJail,
  toolchain: Toolchain,
  modules: readonly string[],
  memory: Bytes,
): Promise<Bytes | undefined> {
  const header = modules.map((module) => `import ${module}\n`).join('');
  const elaboration = await jail.elaborate(toolchain, `${header}${memoryQuestion}\n`);
  if (elaboration.end === 'out-of-memory')
    throw cannotImport(modules, `${formatBytes(memory)}, all that the engine’s machine has to give, are not enough`);
  const error = firstError(elaboration.diagnostics);
  if (error !== undefined) throw cannotImport(modules, makeVisible(error.message));
  if (isCut(elaboration)) throw cannotImport(modules, detailOf(elaboration) ?? `it ended as ${elaboration.end}`);
  const status = elaboration.diagnostics.map(({ message }) => message).join('\n');
  const used = /^VmHWM:\s*(\d{1,15}) kB$/m.exec(status)?.[1] ?? /^VmRSS:\s*(\d{1,15}) kB$/m.exec(status)?.[1];
  return used === undefined ? undefined : neededMemory(Number(used) * 1024);
}

/** The memory that a sandbox should have when importing takes as much as this. */
export function neededMemory(imported: Bytes): Bytes {
  return Math.ceil((imported * 1.25 + room) / step) * step;
}

/** Has Lean's own process tell about its memory. */
const memoryQuestion = '#eval show IO Unit from do IO.println (← IO.FS.readFile "/proc/self/status")';

function cannotImport(modules: readonly string[], reason: string): AppError {
  return new AppError(
    failures['image-build-failed'].packagesNotImported,
    `The image cannot import ${modules.join(', ')}: ${reason}`,
  );
}
