import { z } from 'zod';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import type { SessionId } from '../../core/ids.ts';
import type { ProjectRequest } from '../../execution/project-service.ts';
import type { CheckedModule } from '../../projects/project.ts';
import { limitsOfCall } from '../../projects/project.ts';
import { takeFiles } from '../../projects/take-files.ts';
import {
  projectParts,
  projectResult,
  showModule,
  toProjectResult,
  type ProjectPart,
} from '../../report/project-result.ts';
import { moduleHeadline, renderProject } from '../../report/render-project.ts';
import { factsOfProject } from '../call-facts.ts';
import { environmentInput } from '../environment-input.ts';
import { plainObject } from '../../report/result-parts.ts';
import { answer, defineTool, type ToolCallEnvironment, type ToolEnvironment } from '../tool.ts';
import { onlyReads } from '../tool-hints.ts';
import { sessionIdInput } from './session-output.ts';
import { filesInput, secondsInput, toCodeRequest } from './execution-input.ts';

const input = z.strictObject({
  files: filesInput.describe('Text by path in the project, as {"Foo/Bar.lean": "…"}'),
  project: z.string().max(4000).optional().describe('Instead of files: a folder of the server’s machine'),
  session_id: sessionIdInput('Its files, with these on top').optional(),
  targets: z
    .array(z.string().max(1000))
    .max(1000)
    .optional()
    .describe('Modules to check with what they import; default all'),
  timeout: secondsInput('Limit for each module,'),
  environment: environmentInput,
  report: z.array(z.enum(projectParts)).optional().describe('What to tell beside errors; default warnings'),
});

const usualParts: ProjectPart[] = ['warnings'];

export const checkProject = defineTool({
  name: 'check-project',
  title: 'Check a Lean 4 project',
  description:
    'Checks Lean 4 files that import each other, in the order of their imports, in one fresh locked-down container. Each ' +
    'module has an outcome of its own; the first lines say what to mend first. Lake is not run.',
  input,
  output: projectResult.meta(plainObject),
  runsCode: true,
  annotations: onlyReads,
  subject: ({ files = {}, session_id: sessionId }) => ({ texts: { files: Object.values(files) }, sessionId }),
  run: async (
    { files, project, session_id: sessionId, targets = [], timeout, report = usualParts, environment: asked },
    environment,
    context,
  ) => {
    const { timeoutMs } = toCodeRequest({ code: '', timeout }, environment);
    const taken = await taking({ files: sessionId === undefined ? files : (files ?? {}), project }, environment);
    const result = await environment.projects.check(
      {
        ...taken,
        targets,
        environment: asked,
        sessionId: sessionId as SessionId | undefined,
        ...(timeoutMs !== undefined && { timeoutMs }),
        onChecked: (checked, done, total) => {
          context.onProgress({ phase: 'items', message: headline(checked, environment), done, total });
        },
      },
      context,
    );
    const parts = new Set(report);
    return answer(factsOfProject(result), (limits) => toProjectResult(result, parts, limits), renderProject);
  },
});

/** @throws AppError `usage` when neither is given or both are, or the folder may not be read */
async function taking(
  { files, project }: Pick<z.output<typeof input>, 'files' | 'project'>,
  { readFolder, clientRoots }: ToolCallEnvironment,
): Promise<Pick<ProjectRequest, 'files' | 'notes'>> {
  if (files !== undefined && project === undefined) return { files: takeFiles(files, limitsOfCall) };
  if (project === undefined || files !== undefined) {
    throw new AppError(
      failures.usage.filesOrProject,
      `${project === undefined ? 'Neither' : 'Both'} files and project were given.`,
    );
  }
  if (readFolder === undefined) {
    throw new AppError(
      failures.usage.projectOverHttp,
      'project names a folder of the server’s machine, which nobody can over HTTP.',
    );
  }
  return await readFolder(project, await clientRoots());
}

function headline(checked: CheckedModule, { report }: ToolEnvironment): string {
  return moduleHeadline(showModule(checked, new Set(), 0, report));
}
