/*
 * Attacks on check-project: files whose names lead elsewhere or that are more than a call may bring, descriptions of a project
 * that would run code outside of the sandbox, and modules that want to be told as accepted although Lean rejects them.
 */
import { AppError } from '../core/app-error.ts';
import { counted } from '../core/counted.ts';
import type { CallContext } from '../execution/execution-service.ts';
import type { ProjectResult, ProjectService } from '../execution/project-service.ts';
import { limitsOfCall, type ModuleOutcome } from '../projects/project.ts';
import { takeFiles } from '../projects/take-files.ts';
import { contained, notCarriedOut, notContained, type Judgement } from './attack.ts';

/** A project that wants more than to be checked. */
export interface ProjectAttack {
  /** The letter M, and a number. */
  readonly id: string;
  /** What is tried, in a few words. */
  readonly tried: string;
  /** Text by path; made when it is tried, since some are large. */
  readonly files: () => Readonly<Record<string, string>>;
  readonly expected: ExpectedEnd;
}

/** What shows that it is contained. */
export type ExpectedEnd =
  /** The call is refused before there is a sandbox; words of the reason. */
  { readonly refusedFor: string } | ExpectedOutcomes;

interface ExpectedOutcomes {
  /** By module. */
  readonly outcomes: Readonly<Record<string, ModuleOutcome['outcome']>>;
  /** Words of a note that must come with it. */
  readonly noted?: string;
}

const timeoutMs = 30_000;

/** Has it checked. Throws what {@link ProjectService.check} throws, but for the refusal that is expected. */
export async function tryProject(
  { files, expected }: ProjectAttack,
  service: Pick<ProjectService, 'check'>,
  signal: AbortSignal,
): Promise<Judgement> {
  const context: CallContext = { signal, onProgress: () => undefined };
  try {
    const result = await service.check({ files: takeFiles(files(), limitsOfCall), timeoutMs }, context);
    return 'outcomes' in expected ? judgeOutcomes(result, expected) : notContained('its files were taken');
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'usage' || !('refusedFor' in expected)) throw error;
    const happened = `refused: ${error.message}`;
    return error.message.includes(expected.refusedFor) ? contained(happened) : notCarriedOut(happened);
  }
}

function judgeOutcomes({ modules, notes }: ProjectResult, { outcomes, noted }: ExpectedOutcomes): Judgement {
  const found = new Map(modules.map(({ module, outcome }) => [module.name, outcome.outcome]));
  const wrong = Object.entries(outcomes).filter(([name, outcome]) => found.get(name) !== outcome);
  const happened = tell(modules.map(({ module, outcome }) => `${module.name} ${outcome.outcome}`));
  if (wrong.some(([name]) => found.get(name) === 'accepted')) return notContained(happened);
  if (wrong.length > 0) return notCarriedOut(happened);
  const isNoted = noted === undefined || notes.some((note) => note.includes(noted));
  return isNoted ? contained(happened) : notCarriedOut(`${happened}, and no note says ${JSON.stringify(noted)}`);
}

const maxTold = 4;

function tell(ends: readonly string[]): string {
  const more = ends.length - maxTold;
  return `${ends.slice(0, maxTold).join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}`;
}
