import { stat } from 'node:fs/promises';
import path from 'node:path';
import { packageVersion } from '../../app/package-version.ts';
import type { WiredApp } from '../../app/wire-app.ts';
import type { ProjectResult } from '../../execution/project-service.ts';
import type { CheckedModule } from '../../projects/project.ts';
import { readProject } from '../../project-folder/read-project.ts';
import { renderJunit } from '../../report/junit.ts';
import {
  countOutcomes,
  projectParts,
  showModule,
  toProjectResult,
  type ProjectPart,
} from '../../report/project-result.ts';
import type { ReportLimits } from '../../report/structured-result.ts';
import { renderModule, renderProjectEnd } from '../../report/render-project.ts';
import { renderSarif } from '../../report/sarif.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { changesIn } from '../watch-folder.ts';

export interface CheckProjectOptions {
  readonly format?: 'text' | 'json' | 'sarif' | 'junit' | undefined;
  readonly target?: readonly string[] | undefined;
  readonly watch?: true | undefined;
  readonly environment?: string | undefined;
}

const parts: ReadonlySet<ProjectPart> = new Set(projectParts);

/** A program that reads the result is told everything that is kept. */
function whole(report: ReportLimits): ReportLimits {
  return { ...report, messageCharacters: 64 * 1024 ** 2 };
}

/** Whether an argument is a folder. */
export async function isFolder(argument: string): Promise<boolean> {
  const facts = await stat(argument).catch(() => undefined);
  return facts?.isDirectory() === true;
}

/** Checks the project in a folder; again after each change when it is watched. @returns the exit code */
export async function checkProjectFolder(
  folder: string,
  options: CheckProjectOptions,
  { app, terminal, signal }: CommandContext,
): Promise<number> {
  const { format = 'text', target = [], watch, environment } = options;
  const telling = new Telling(folder, app, terminal, format === 'text');
  await using project = app.projects.keep(environment);
  const check = async (stop: AbortSignal): Promise<ProjectResult> => {
    const { files, notes } = await readProject(folder);
    const onChecked = telling.onChecked;
    return await project.check(
      { files, notes, targets: target, onChecked },
      {
        signal: stop,
        onProgress: ({ message }) => {
          terminal.progress(message);
        },
      },
    );
  };
  const tell = (result: ProjectResult): void => {
    terminal.endProgress();
    if (format === 'json') terminal.out(`${JSON.stringify(toProjectResult(result, parts, whole(app.report)))}\n`);
    else if (format === 'sarif') terminal.out(renderSarif(result, packageVersion(), app.report));
    else if (format === 'junit') terminal.out(renderJunit(result, app.report));
    else terminal.out(`${renderProjectEnd(toProjectResult(result, parts, app.report))}\n`);
  };
  try {
    if (watch !== true) {
      const result = await check(signal);
      tell(result);
      return exitCodeFor(result);
    }
    for await (const change of changesIn(folder, signal)) {
      const result = await check(change).catch((error: unknown) => {
        // Another change has come: what was begun is of no use.
        if (!change.aborted) throw error;
        return undefined;
      });
      if (result !== undefined) tell(result);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    terminal.endProgress();
  }
  return exitCodes.interrupted;
}

/** Tells of modules as they are done. */
class Telling {
  readonly #folder: string;
  readonly #app: WiredApp;
  readonly #terminal: Terminal;
  readonly #isText: boolean;

  constructor(folder: string, app: WiredApp, terminal: Terminal, isText: boolean) {
    this.#folder = folder;
    this.#app = app;
    this.#terminal = terminal;
    this.#isText = isText;
  }

  readonly onChecked = (checked: CheckedModule, done: number, total: number): void => {
    const { report } = this.#app;
    if (this.#isText && !checked.isKept) {
      const where = path.relative('.', path.join(this.#folder, checked.module.path));
      const shown = showModule(checked, parts, report.messageCharacters, report);
      this.#terminal.out(`${renderModule({ ...shown, path: where }).join('\n')}\n`);
    }
    this.#terminal.progress(checked.module.name, { done, total });
  };
}

function exitCodeFor({ modules }: ProjectResult): number {
  const { rejected, unfinished, 'not-checked': notChecked } = countOutcomes(modules);
  if (rejected > 0) return exitCodes.rejected;
  return unfinished + notChecked > 0 ? exitCodes.undecided : exitCodes.success;
}
