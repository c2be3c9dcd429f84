import type { LeanClient } from './lean-client.ts';
import type { LspPosition, LspRange } from './lean-protocol.ts';
import {
  completionAnswer,
  completionItem,
  definitionAnswer,
  definitionPlace,
  hoverAnswer,
  plainGoal,
  plainGoalAnswer,
  plainTermGoalAnswer,
  type CompletionItem,
  type LocationLink,
  type TermGoal,
} from './question-protocol.ts';

/** What Lean says about a place: Markdown, and the text that it is about. */
export interface Hover {
  readonly markdown: string;
  readonly range: LspRange | undefined;
}

/**
 * Questions about places in a client's document. They are about its last text, and are to be asked once Lean has reported
 * everything about that: before, answers may be of a part. A question that Lean refuses or answers in a way that is not
 * understood rejects, and so does each one when Lean ends.
 */
export class DocumentQuestions {
  readonly #client: LeanClient;

  constructor(client: LeanClient) {
    this.#client = client;
  }

  /** Whether Lean has ended, so that every question is in vain. */
  get hasEnded(): boolean {
    return this.#client.hasEnded;
  }

  /** The goals at a place, as Lean prints them: none when all is proved there, `undefined` when no tactic is there. */
  async goals(position: LspPosition): Promise<readonly string[] | undefined> {
    const answer = await this.#client.request('$/lean/plainGoal', { position }, plainGoalAnswer);
    return answer === null ? undefined : await this.#client.entries(answer.goals, plainGoal);
  }

  /** What is expected of the smallest term at a place. */
  async termGoal(position: LspPosition): Promise<TermGoal | undefined> {
    return (await this.#client.request('$/lean/plainTermGoal', { position }, plainTermGoalAnswer)) ?? undefined;
  }

  async hover(position: LspPosition): Promise<Hover | undefined> {
    const answer = await this.#client.request('textDocument/hover', { position }, hoverAnswer);
    if (answer === null) return undefined;
    const { contents, range } = answer;
    return { markdown: typeof contents === 'string' ? contents : contents.value, range: range ?? undefined };
  }

  async completions(position: LspPosition): Promise<readonly CompletionItem[]> {
    const items = await this.#client.request('textDocument/completion', { position }, completionAnswer);
    return await this.#client.entries(items, completionItem);
  }

  /** The details of a completion, which newer Leans leave out at first; the item itself when there are no more. */
  async resolveCompletion(item: CompletionItem): Promise<CompletionItem> {
    return await this.#client.request('completionItem/resolve', item, completionItem).catch(() => item);
  }

  async definitions(position: LspPosition): Promise<readonly LocationLink[]> {
    const places = await this.#client.request('textDocument/definition', { position }, definitionAnswer);
    return await this.#client.entries(places, definitionPlace);
  }
}
