/*
 * All that the elaborator says in answer to one request, as it comes, and checked for its order: what is said behind the
 * verdict takes nothing of it back.
 */
import type { ZodType } from 'zod';
import type { Turns } from '../../core/reading-turns.ts';
import { withResolvers } from '../../core/with-resolvers.ts';
import { checkedList } from '../reading/checked-list.ts';
import {
  sentDeclaration,
  sentGoal,
  sentSorry,
  type ElaboratorAnswer,
  type SentDeclaration,
  type SentGoal,
  type SentMessage,
  type SentSorry,
  type Verdict,
} from './elaborator-protocol.ts';

/** How an answer ended; `running`: the program follows. */
export type AnswerEnd =
  | { readonly kind: 'done' | 'running' }
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string };

/** What is wrong with an answer: it does not fit, or it is more than is kept. */
export type AnswerFlaw = 'strange' | 'much';

/** What may be kept of what is said about a text: more than anybody reads. */
export const maxKept = { messages: 20_000, bytes: 8 * 1024 * 1024, items: 6000 };
const maxSorries = 1000;

/** A list, of which each event has a part. */
interface ToldList<Item> {
  readonly items: readonly Item[];
  /** How much longer it was. */
  readonly omitted: number;
}
const nothingTold = { items: [], omitted: 0 };

/** What was said about a text. */
export class CollectedAnswer {
  readonly messages: SentMessage[] = [];
  verdict: Verdict | undefined;
  sorries: readonly SentSorry[] = [];
  declarations: ToldList<SentDeclaration> = nothingTold;
  goals: ToldList<SentGoal> = nothingTold;
  readonly #told = withResolvers<AnswerEnd>();
  readonly #programEnd = withResolvers<number>();
  readonly #turns: Turns;
  readonly #isPreparation: boolean;
  #isTold = false;
  #exitCode: number | undefined;
  #characters = 0;

  /** @param isPreparation whether several texts are answered together, of which only the first one's verdict counts */
  constructor(turns: Turns, isPreparation = false) {
    this.#turns = turns;
    this.#isPreparation = isPreparation;
  }

  /** Resolves when all has been said, but for what a program does. */
  get told(): Promise<AnswerEnd> {
    return this.#told.promise;
  }

  /** Resolves with the exit code of a program: behind it the process goes on, or is about to end. */
  get programEnd(): Promise<number> {
    return this.#programEnd.promise;
  }

  /** Takes the next part. @returns what is wrong with it, if anything */
  async take(answer: ElaboratorAnswer): Promise<AnswerFlaw | undefined> {
    if (this.#isPreparation) return this.#takePreparation(answer);
    switch (answer.event) {
      case 'message':
        return this.#takeMessage(answer.message);
      case 'verdict':
        return await this.#takeVerdict(answer);
      case 'declarations':
        return await this.#takeItems(answer.declarations, sentDeclaration, this.declarations, (list) => {
          this.declarations = list;
        });
      case 'goals':
        return await this.#takeItems(answer.goals, sentGoal, this.goals, (list) => {
          this.goals = list;
        });
      case 'running':
        return this.#tell({ kind: 'running' });
      case 'program':
        this.#exitCode ??= answer.exitCode;
        // Nothing follows when the process ends with it.
        if (answer.end === 'exited') this.#programEnd.resolve(this.#exitCode);
        return this.#isTold ? undefined : 'strange';
      case 'done':
        // Not earlier: until then what comes belongs to this answer, and not to the next one.
        if (this.#exitCode !== undefined) this.#programEnd.resolve(this.#exitCode);
        return this.#isTold ? undefined : this.#tell({ kind: 'done' });
      case 'refused':
        this.verdict = undefined;
        return this.#tell({ kind: 'refused', reason: answer.reason, message: answer.message }, true);
      default:
        return 'strange';
    }
  }

  #takePreparation(answer: ElaboratorAnswer): AnswerFlaw | undefined {
    switch (answer.event) {
      case 'message':
        return this.verdict === undefined ? this.#takeMessage(answer.message) : undefined;
      case 'verdict':
        this.verdict ??= answer;
        return undefined;
      case 'prepared':
        return this.#tell({ kind: 'done' });
      case 'refused':
        return this.#tell({ kind: 'refused', reason: answer.reason, message: answer.message }, true);
      default:
        return undefined;
    }
  }

  #takeMessage(message: SentMessage): AnswerFlaw | undefined {
    if (this.verdict !== undefined) return 'strange';
    this.#characters += message.text.length;
    if (this.messages.length >= maxKept.messages || this.#characters > maxKept.bytes) return 'much';
    this.messages.push(message);
    return undefined;
  }

  async #takeVerdict({ sorries = [], ...verdict }: Verdict): Promise<AnswerFlaw | undefined> {
    if (this.verdict !== undefined) return 'strange';
    this.verdict = verdict;
    const checked = await checkedList(sorries.slice(0, maxSorries), sentSorry, this.#turns);
    this.sorries = checked ?? [];
    return checked === undefined ? 'strange' : undefined;
  }

  async #takeItems<Item>(
    { items, omitted }: ToldList<unknown>,
    schema: ZodType<Item>,
    before: ToldList<Item>,
    keep: (list: ToldList<Item>) => void,
  ): Promise<AnswerFlaw | undefined> {
    if (before.items.length + items.length > maxKept.items) return 'much';
    const checked = await checkedList(items, schema, this.#turns);
    if (checked === undefined || this.verdict === undefined || this.#isTold) return 'strange';
    keep({ items: [...before.items, ...checked], omitted: before.omitted + omitted });
    return undefined;
  }

  #tell(end: AnswerEnd, withoutVerdict = false): AnswerFlaw | undefined {
    if (this.#isTold || (this.verdict === undefined && !withoutVerdict)) return 'strange';
    this.#isTold = true;
    this.#told.resolve(end);
    return undefined;
  }
}
