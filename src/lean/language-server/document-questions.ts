import type { Completion } from '../inspection.ts';
import type { CompletionItem, DefinitionPlace, Hover, Piece, Questions, TermGoal } from '../questions.ts';
import type { LeanClient } from './lean-client.ts';
import type { ServedText } from './served-text.ts';
import { documentUri, inModuleMain, type LspPosition, type LspRange } from './lean-protocol.ts';
import {
  completionAnswer,
  completionItem,
  definitionAnswer,
  definitionPlace,
  hoverAnswer,
  plainGoal,
  plainGoalAnswer,
  plainTermGoalAnswer,
  type LocationLink,
  type LspCompletion,
} from './question-protocol.ts';

/**
 * Questions about places in a client's document. They are to be asked once Lean has reported everything about its text:
 * before, answers may be of a part.
 */
export class DocumentQuestions implements Questions {
  readonly #client: LeanClient;
  readonly #served: ServedText;

  /** @param served the text that the client has given to Lean last */
  constructor(client: LeanClient, served: ServedText) {
    this.#client = client;
    this.#served = served;
  }

  async goals(offset: number): Promise<readonly string[] | undefined> {
    const answer = await this.#client.request('$/lean/plainGoal', this.#at(offset), plainGoalAnswer);
    return answer === null ? undefined : (await this.#client.entries(answer.goals, plainGoal)).map(inModuleMain);
  }

  async termGoal(offset: number): Promise<TermGoal | undefined> {
    const answer = await this.#client.request('$/lean/plainTermGoal', this.#at(offset), plainTermGoalAnswer);
    return answer === null ? undefined : { goal: inModuleMain(answer.goal), piece: this.#piece(answer.range) };
  }

  async hover(offset: number): Promise<Hover | undefined> {
    const answer = await this.#client.request('textDocument/hover', this.#at(offset), hoverAnswer);
    if (answer === null) return undefined;
    const { contents, range } = answer;
    const markdown = typeof contents === 'string' ? contents : contents.value;
    return { markdown: inModuleMain(markdown), ...(range != null && { piece: this.#piece(range) }) };
  }

  async completions(offset: number): Promise<readonly CompletionItem[]> {
    const items = await this.#client.request('textDocument/completion', this.#at(offset), completionAnswer);
    return (await this.#client.entries(items, completionItem)).map((item) => this.#toItem(item));
  }

  async definitions(offset: number): Promise<readonly DefinitionPlace[]> {
    const places = await this.#client.request('textDocument/definition', this.#at(offset), definitionAnswer);
    return (await this.#client.entries(places, definitionPlace)).map((place) => this.#toPlace(place));
  }

  #at(offset: number): { readonly position: LspPosition } {
    return { position: this.#served.inDocument(offset) };
  }

  #piece({ start, end }: LspRange): Piece {
    return { start: this.#served.inText(start), end: this.#served.inText(end) };
  }

  #toItem(item: LspCompletion): CompletionItem {
    const isBare = item['data'] !== undefined && item.detail == null;
    return {
      ...toCompletion(item),
      ...(item.sortText != null && { sortText: item.sortText }),
      ...(isBare && { complete: () => this.#complete(item) }),
    };
  }

  async #complete(item: LspCompletion): Promise<Completion> {
    const complete = await this.#client.request('completionItem/resolve', item, completionItem).catch(() => item);
    return toCompletion(complete);
  }

  #toPlace({ targetUri, targetRange }: LocationLink): DefinitionPlace {
    if (targetUri === documentUri) return { piece: this.#piece(targetRange) };
    const position = ({ line, character }: LspPosition) => ({ line: line + 1, column: character });
    const span = { start: position(targetRange.start), end: position(targetRange.end) };
    return { file: targetUri.replace(/^file:\/\//, ''), span };
  }
}

function toCompletion({ label, detail, documentation }: LspCompletion): Completion {
  const text = typeof documentation === 'string' ? documentation : documentation?.value;
  return {
    label: inModuleMain(label),
    ...(detail != null && { detail: inModuleMain(detail) }),
    ...(text !== undefined && { documentation: text }),
  };
}
