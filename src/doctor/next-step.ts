import type { AppError } from '../core/app-error.ts';

/** What to type where the engine answers, but not as it should. */
const askEngine = 'docker info';

/** What to type where a sandbox does not get done in time. */
export const tryAgain = 'lean-docker-mcp doctor  # again when the machine is less busy; then restart the engine';

/**
 * What to do about a failure: a command where there is one. Hints that errors carry are for those who have not yet called
 * the doctor.
 *
 * @param buildCommand what to type to build the image
 */
export function nextStep(error: AppError, buildCommand: string): string {
  switch (error.code) {
    case 'image-missing':
    case 'image-unusable':
      return buildCommand;
    case 'engine-unreachable':
    case 'engine-failed':
    case 'limits-not-enforced':
      return askEngine;
    default:
      return error.hint ?? askEngine;
  }
}

/**
 * What to type to build the image.
 *
 * @param configFile the file that was named on the command line
 * @param environment whose image it is; absent: the first
 */
export function imageBuildCommand(configFile: string | undefined, environment?: string): string {
  const flags = { name: environment, config: configFile };
  const given = Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [` --${flag} ${quote(value)}`],
  );
  return `lean-docker-mcp image build${given.join('')}`;
}

/** What to type to set a setting for this shell. */
export function exportCommand(variable: string, value: string): string {
  return `export LEAN_DOCKER_MCP_${variable}=${quote(value)}`;
}

/** One word of a command line. */
function quote(text: string): string {
  return /^[\w./:@~+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
