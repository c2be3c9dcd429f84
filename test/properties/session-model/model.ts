/* What sessions should be: lists of accepted texts. */

/** A call that was accepted. */
export interface ModelStep {
  readonly kept: string;
  readonly names: readonly string[];
}

/** A session as a list of texts. */
export class ModelSession {
  readonly id: string;
  readonly steps: ModelStep[];
  /** Whether it was written down, so that it outlives the server. */
  isKept: boolean;
  /** Names that it had and has no longer. */
  readonly gone = new Set<string>();

  constructor(id: string, steps: readonly ModelStep[]) {
    this.id = id;
    this.steps = [...steps];
    this.isKept = steps.length > 0;
  }

  get names(): readonly string[] {
    return this.steps.flatMap(({ names }) => names);
  }

  /** Names of numbers in the root namespace. */
  get numbers(): readonly string[] {
    return this.steps.flatMap(({ kept, names }) => (kept.includes(': Nat := ') ? names : [])).filter(isPlain);
  }

  /** Whether what comes next could be read as the rest of a declaration. */
  get endsInDeclaration(): boolean {
    const last = this.steps.findLast(({ kept }) => kept.trim() !== '');
    return last?.kept.startsWith('#eval') === false;
  }

  /** The accepted texts as one file: the imports of all of them, then the rest. */
  get text(): string {
    const lines = this.steps.flatMap(({ kept }) => kept.replace(/\n$/, '').split('\n'));
    const imports = new Set(lines.filter(isImport));
    return [...imports, ...lines.filter((line) => !isImport(line)), ''].join('\n');
  }

  /** What each step added to the text: an import that was there before adds nothing. */
  get added(): readonly ModelStep[] {
    const imported = new Set<string>();
    return this.steps.map(({ kept, names }) => {
      const lines = kept.split('\n').filter((line) => !imported.has(line));
      for (const line of lines.filter(isImport)) imported.add(line);
      return { kept: lines.join('\n'), names };
    });
  }

  accept(step: ModelStep): void {
    this.steps.push(step);
    this.isKept = true;
    for (const name of step.names) this.gone.delete(name);
  }

  rewind(count: number): void {
    const taken = this.steps.splice(count);
    this.isKept = true;
    for (const { names } of taken) for (const name of names) this.gone.add(name);
  }
}

export class SessionModel {
  readonly sessions: ModelSession[] = [];
  #names = 0;

  /** As many as are enough for a test. */
  get isFull(): boolean {
    return this.sessions.length >= 4;
  }

  /** One of the sessions; `undefined` for a new one, where there may be one more. */
  pick(index: number): ModelSession | undefined {
    const choices = this.isFull ? this.sessions.length : this.sessions.length + 1;
    return this.sessions[index % choices];
  }

  /** One of the sessions. */
  pickOpen(index: number): ModelSession {
    const session = this.sessions[index % this.sessions.length];
    if (session === undefined) throw new Error('there is no session');
    return session;
  }

  add(id: string, steps: readonly ModelStep[] = []): ModelSession {
    const session = new ModelSession(id, steps);
    this.sessions.push(session);
    return session;
  }

  drop(gone: (session: ModelSession) => boolean): void {
    this.sessions.splice(0, Infinity, ...this.sessions.filter((session) => !gone(session)));
  }

  freshName(): string {
    this.#names += 1;
    return `v${this.#names}`;
  }
}

const isImport = (line: string): boolean => line.startsWith('import ');
const isPlain = (name: string): boolean => !name.includes('.');
