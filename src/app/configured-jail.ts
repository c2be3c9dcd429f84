import type { Settings } from '../config/schema.ts';
import type { Bytes } from '../core/bytes.ts';
import type { Jail } from '../sandbox/sandbox.ts';
import { sandboxMemory } from './auto-settings.ts';

/** What the settings say of every sandbox of an image, whatever runs in it. @param askedMemory what the image asks for */
export function configuredJail(docker: Settings['docker'], askedMemory?: Bytes): Jail {
  return {
    workingDir: docker.working_dir,
    limits: {
      memory: sandboxMemory(docker, askedMemory),
      cpus: docker.cpu_limit,
      processes: docker.pids_limit,
      folderSize: docker.tmpfs_size,
    },
    networkDisabled: docker.network_disabled,
    readOnly: docker.read_only,
    runtime: docker.runtime,
    cgroupParent: docker.cgroup_parent,
  };
}
