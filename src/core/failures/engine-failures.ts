/* What to do when the Docker engine does not do what is asked of it. */
import { failuresOf } from './failure.ts';

export const engineUnreachable = failuresOf('engine-unreachable', {
  accessDenied:
    'Add this user to the group `docker` and log in again, or choose an engine that it may use with DOCKER_HOST or `docker context use`.',
  start:
    'Start Docker (Docker Desktop, or `sudo systemctl start docker`), or choose another engine with DOCKER_HOST or `docker context use`; `lean-docker-mcp doctor` checks it.',
});

export const engineFailed = failuresOf('engine-failed', {
  engineError: 'Try again; when it keeps failing, `lean-docker-mcp doctor` checks the engine.',
  attachUnsupported: 'Use an engine that does: Docker 20.10 or newer, or one that does as it does.',
  noAnswerInTime: 'Try again; when it stays like this, restart the engine. `lean-docker-mcp doctor` checks it.',
  imageInUse: 'Stop the servers and remove the containers that use it (`docker ps -a`), then try again.',
  otherPlatform: 'Switch Docker Desktop to Linux containers, or set DOCKER_HOST to another engine.',
  verifierNotStarted: 'Try again; if it stays so, run `lean-docker-mcp doctor`, and build the image anew.',
  sandboxOfItemLost: 'Nothing is known about the code. Check it again when the engine is well.',
  headerNotImported: 'Check lean.warm_headers, and docker.memory_limit for large libraries.',
  sandboxEndedAtOnce: 'Try again; when it keeps failing, `lean-docker-mcp doctor` checks the engine and the image.',
});

export const limitsNotEnforced = failuresOf('limits-not-enforced', {
  podman: 'Use Docker 20.10 or newer: set DOCKER_HOST, or choose a context with `docker context use`.',
  controllersMissing:
    'Give it the cgroup controllers (rootless Docker needs cgroup v2 with delegation); `lean-docker-mcp doctor` checks it.',
});
