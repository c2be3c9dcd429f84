import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { compareWithImage } from '../projects/compare-with-image.ts';
import { layOutProject } from '../projects/lay-out-project.ts';
import { ProjectChecker } from '../projects/project-checker.ts';
import { runTimeOf, type CallEnvironment } from './call.ts';
import type { Environments } from './environments.ts';
import type { CallContext } from './execution-service.ts';
import { timed, type Gate } from './gate.ts';
import type { KeptProject, ProjectRequest, ProjectResult, ProjectService } from './project-service.ts';
import { Stopwatch } from './stopwatch.ts';

/** Checks projects with this machine's engine. */
export class LocalProjectService implements ProjectService {
  readonly #environments: Environments;
  readonly #gate: Gate;

  constructor(environments: Environments, gate: Gate) {
    this.#environments = environments;
    this.#gate = gate;
  }

  async check(request: ProjectRequest, context: CallContext): Promise<ProjectResult> {
    await using project = this.keep(request.environment);
    return await project.check(request, context);
  }

  keep(name?: string): KeptProject {
    const environment = this.#environments.find(name);
    const checker = new ProjectChecker({ ...environment.compiling, policy: environment.policy });
    return {
      check: (request, context) => this.#check(checker, environment, request, context),
      [Symbol.asyncDispose]: () => checker[Symbol.asyncDispose](),
    };
  }

  async #check(
    checker: ProjectChecker,
    environment: CallEnvironment,
    request: ProjectRequest,
    context: CallContext,
  ): Promise<ProjectResult> {
    const { files, targets, notes = [], onChecked } = request;
    const stopwatch = new Stopwatch();
    const project = layOutProject(files, targets);
    if (project.targets.length === 0) throw nothingToCheck(project.notes);
    const launch = await environment.launch(context);
    const timeoutMs = runTimeOf(environment, request.timeoutMs);
    const { modules, mendFirst, sandboxMs } = await timed(this.#gate, stopwatch).admit(
      async () => {
        context.onProgress({ phase: 'elaborate', message: 'Checking the modules' });
        const { signal } = context;
        const told = onChecked === undefined ? {} : { onChecked };
        return await stopwatch.measure('elaborate', checker.check({ project, launch, timeoutMs, signal, ...told }));
      },
      context.signal,
      launch.jail.limits,
    );
    const timings = stopwatch.read();
    const ofSandbox = Math.round(sandboxMs);
    return {
      modules,
      mendFirst,
      notes: [...compareWithImage(files, launch.toolchain), ...notes, ...project.notes],
      timings: { ...timings, sandbox: ofSandbox, elaborate: Math.max(0, timings.elaborate - ofSandbox) },
      leanVersion: launch.toolchain.version,
      ...this.#environments.told(environment),
    };
  }
}

function nothingToCheck(notes: readonly string[]): AppError {
  return new AppError(failures.usage.noModule, ['There is no module to check.', ...notes].join(' '));
}
