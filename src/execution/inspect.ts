import type { Deadline } from '../core/deadline.ts';
import type { InspectionAnswer } from '../lean/inspection.ts';
import { hoveredName } from '../lean/hovered-name.ts';
import { inspectPlace } from '../lean/inspect-place.ts';
import { isCut } from '../lean/lean.ts';
import { offsetInText } from '../lean/source/place-in-text.ts';
import type { Call } from './call.ts';
import type { InspectionResult, InspectRequest } from './proof-service.ts';
import { outcomeOfCut } from './outcomes.ts';
import { Workplace } from './workplace.ts';

/**
 * Asks Lean about a place in a text, of which nothing is kept.
 *
 * @throws AppError `usage` when the place is not in the text; as getting a sandbox does
 */
export async function inspect(call: Call, request: InspectRequest): Promise<InspectionResult> {
  using workplace = new Workplace(call, request, 'asks');
  const { position, what, timeoutMs } = request;
  const { placed } = workplace.extension;
  const offset = placed.inText(offsetInText(placed.code, position));
  const failure = await workplace.prepare();
  if (failure !== undefined) return { ...failure.outcome, diagnostics: failure.diagnostics, ...workplace.facts };
  using limits = call.limits(workplace.launch, timeoutMs);
  const elaboration = await workplace.elaborate({ text: placed.text, newFrom: placed.start }, limits.deadline);
  const diagnostics = workplace.shown(elaboration.diagnostics);
  if (isCut(elaboration)) return { ...outcomeOfCut(elaboration, limits), diagnostics, ...workplace.facts };
  if (elaboration.end === 'header-failed') return { outcome: 'completed', diagnostics, ...workplace.facts };
  const asked = await workplace.ask(
    (questions) => inspectPlace({ questions, placed }, offset, what).catch(() => undefined),
    limits.deadline,
  );
  if ('cut' in asked) return { ...outcomeOfCut(asked.cut, limits), diagnostics, ...workplace.facts };
  const answer = asked.value && (await printed(asked.value, workplace, limits.deadline));
  return { outcome: 'completed', ...(answer && { answer }), diagnostics, ...workplace.facts };
}

/** The answer with what Lean prints about the name, where it has not told how that is defined. */
async function printed(answer: InspectionAnswer, workplace: Workplace, deadline: Deadline): Promise<InspectionAnswer> {
  if (answer.what !== 'definition' || answer.definitions.some(({ text }) => text !== undefined)) return answer;
  const about = hoveredName(answer.markdown ?? '');
  if (about === undefined) return answer;
  const said = await workplace.answerBehind(workplace.extension.placed.text, `#print ${about.name}`, deadline);
  const from = about.module === undefined ? '' : `\n(in the module ${about.module})`;
  return { ...answer, ...(said !== undefined && { printed: said.trimEnd() + from }) };
}
