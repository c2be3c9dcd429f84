import { AppError } from '../core/app-error.ts';
import type { SessionId } from '../core/ids.ts';
import { failures } from '../core/failures/failures.ts';
import { compareWithImage } from '../projects/compare-with-image.ts';
import { describeUnchecked, layOutProject } from '../projects/lay-out-project.ts';
import { ProjectChecker, type CheckRequest } from '../projects/project-checker.ts';
import { hasNew } from '../projects/project.ts';
import { withFiles } from '../sessions/session.ts';
import { runTimeOf, type CallEnvironment } from './call.ts';
import type { Environments } from './environments.ts';
import type { CallContext } from './execution-service.ts';
import { inTurnOf, timed, type Gate } from './gate.ts';
import { newCompiledFiles } from './imported-files.ts';
import type { KeptProject, ProjectRequest, ProjectResult, ProjectService } from './project-service.ts';
import { Stopwatch } from './stopwatch.ts';

/** Where a project is checked, by whom, and when it is its turn. */
interface CheckPlace {
  readonly checker: Pick<ProjectChecker, 'check'>;
  readonly environment: CallEnvironment;
  readonly gate: Gate;
}

/** Checks projects with this machine's engine. */
export class LocalProjectService implements ProjectService {
  readonly #environments: Environments;
  readonly #gate: Gate;

  constructor(environments: Environments, gate: Gate) {
    this.#environments = environments;
    this.#gate = gate;
  }

  async check(request: ProjectRequest, context: CallContext): Promise<ProjectResult> {
    const { sessionId } = request;
    if (sessionId !== undefined) return await this.#checkIn(sessionId, request, context);
    await using project = this.keep(request.environment);
    return await project.check(request, context);
  }

  keep(name?: string): KeptProject {
    const environment = this.#environments.find(name);
    const checker = new ProjectChecker({ ...environment.compiling, policy: environment.policy });
    return {
      check: (request, context) => this.#check({ checker, environment, gate: this.#gate }, request, context),
      [Symbol.asyncDispose]: () => checker[Symbol.asyncDispose](),
    };
  }

  async #checkIn(sessionId: SessionId, request: ProjectRequest, context: CallContext): Promise<ProjectResult> {
    const session = await this.#environments.sessions.find(sessionId);
    const environment = this.#environments.ofSession(session, request.environment);
    const checker = {
      check: async (check: CheckRequest) => {
        const checked = await session.compiledFiles(() => newCompiledFiles(environment)).check(check);
        if (hasNew(checked.modules)) session.dropServer();
        return checked;
      },
    };
    const files = withFiles(session, request.files);
    return await this.#check(
      { checker, environment, gate: inTurnOf(session, this.#gate) },
      { ...request, files },
      context,
    );
  }

  async #check(
    { checker, environment, gate }: CheckPlace,
    request: ProjectRequest,
    context: CallContext,
  ): Promise<ProjectResult> {
    const { files, targets, notes = [], onChecked } = request;
    const isChosen = targets !== undefined && targets.length > 0;
    const stopwatch = new Stopwatch();
    const project = layOutProject(files, targets);
    if (project.targets.length === 0) throw nothingToCheck(project.notes);
    const launch = await environment.launch(context);
    const timeoutMs = runTimeOf(environment, request.timeoutMs);
    const { modules, mendFirst, sandboxMs } = await timed(gate, stopwatch).admit(
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
      notes: [
        ...compareWithImage(files, launch.toolchain),
        ...notes,
        ...project.notes,
        ...(isChosen ? [] : describeUnchecked(project, new Set(modules.map(({ module }) => module.name)))),
      ],
      timings: { ...timings, sandbox: ofSandbox, elaborate: Math.max(0, timings.elaborate - ofSandbox) },
      leanVersion: launch.toolchain.version,
      ...this.#environments.told(environment),
    };
  }
}

function nothingToCheck(notes: readonly string[]): AppError {
  return new AppError(failures.usage.noModule, ['There is no module to check.', ...notes].join(' '));
}
