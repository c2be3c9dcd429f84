import { statfs } from 'node:fs/promises';
import { messageOf } from '../../core/app-error.ts';
import { formatBytes, type Bytes } from '../../core/bytes.ts';
import type { Finding } from '../check.ts';
import type { Engine } from './engine.ts';

/** Below this the engine cannot even make containers reliably. */
const tooLittle = 128 * 1024 ** 2;
/** Building an image of a whole toolchain takes about this much for a while. */
const forImageBuild = 4 * 1024 ** 3;

/** The engine has disk space left. Only an engine on this machine can be asked about. @param hostname this machine's name */
export async function checkDisk(
  { endpoint, info }: Pick<Engine, 'endpoint' | 'info'>,
  hostname: string,
): Promise<Finding> {
  const folder = info.DockerRootDir;
  if (!endpoint.isSocket || info.Name !== hostname || folder === '') {
    return { verdict: 'skipped', detail: 'the data of the engine is not on this machine' };
  }
  try {
    const { bavail, bsize } = await statfs(folder);
    return judgeDisk(bavail * bsize, folder);
  } catch (error) {
    return { verdict: 'skipped', detail: `${folder} cannot be looked at: ${messageOf(error)}` };
  }
}

/** Whether that much free space at the engine's folder does. */
export function judgeDisk(free: Bytes, folder: string): Finding {
  const detail = `${formatBytes(free)} free at ${folder}`;
  const next = 'docker system df  # and `docker image prune` removes images without a name';
  if (free < tooLittle) return { verdict: 'failed', detail: `${detail}, too little to make sandboxes`, next };
  if (free >= forImageBuild) return { verdict: 'ok', detail, value: undefined };
  return { verdict: 'warning', detail: `${detail}, too little to build an image`, next, value: undefined };
}
