import type { Settings } from '../config/schema.ts';
import type { SandboxSpec } from '../sandbox/sandbox.ts';

/** What the settings say of every sandbox, whatever its image is and whatever runs in it. */
export function configuredJail(
  docker: Settings['docker'],
): Pick<SandboxSpec, 'workingDir' | 'limits' | 'networkDisabled' | 'readOnly'> {
  return {
    workingDir: docker.working_dir,
    limits: {
      memory: docker.memory_limit,
      cpus: docker.cpu_limit,
      processes: docker.pids_limit,
      folderSize: docker.tmpfs_size,
    },
    networkDisabled: docker.network_disabled,
    readOnly: docker.read_only,
  };
}
