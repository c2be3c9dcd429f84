/* Exports as no Lean of ours prints them: what a submission that has taken over its sandbox could hand to the judge. */
import { hex } from '../../../src/verify/answer.ts';
import type { JudgeStep } from '../../../src/verify/verification.ts';

/** Writes lines of an export; what has an index is called by what it is. */
class ForgedExport {
  readonly #lines: string[] = ['lean-docker-mcp-export 1'];
  readonly #names = new Map<string, number>([['', 0]]);
  #terms = 0;
  #levels = 0;

  /** @returns the name's index */
  name(name: string): number {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const components = name.split('.');
    const last = components.pop() ?? '';
    const parent = this.name(components.join('.'));
    this.line(`ns ${parent} ${hex(last)}`);
    const index = this.#names.size;
    this.#names.set(name, index);
    return index;
  }

  line(line: string): this {
    this.#lines.push(line);
    return this;
  }

  /** @returns the term's index */
  term(line: string): number {
    this.line(line);
    return ++this.#terms;
  }

  /** @returns the level's index */
  level(line: string): number {
    this.line(line);
    return ++this.#levels;
  }

  constant(name: string, ...levels: number[]): number {
    return this.term(['ec', this.name(name), ...levels].join(' '));
  }

  import(...modules: string[]): this {
    for (const module of modules) this.line(`im ${this.name(module)}`);
    return this;
  }

  /** A theorem `t : type := value`. */
  theorem(type: number, value: number, name = 't'): this {
    return this.line(`th ${this.name(name)} ${type} ${value}`);
  }

  end(...behind: string[]): Buffer {
    return Buffer.from(`${[...this.#lines, 'end', ...behind].join('\n')}\n`);
  }
}

export interface ForgedSubmission {
  readonly cheat: number;
  readonly title: string;
  readonly step: JudgeStep;
  readonly reason: string;
  readonly export: () => Buffer;
}

const begin = (): ForgedExport => new ForgedExport().import('Init');

function forged(
  cheat: number,
  title: string,
  step: JudgeStep,
  reason: string,
  write: (text: ForgedExport) => ForgedExport | Buffer,
): ForgedSubmission {
  return {
    cheat,
    title,
    step,
    reason,
    export: () => {
      const written = write(begin());
      return Buffer.isBuffer(written) ? written : written.end();
    },
  };
}

/** A theorem `t : False` with some term as its proof. */
const proof = (text: ForgedExport, line: string): ForgedExport => text.theorem(text.constant('False'), text.term(line));

/** Each claims to prove `theorem t : False`. */
export const forgedSubmissions: readonly ForgedSubmission[] = [
  forged(5, 'a proof of something else', 'kernel', 'kernel-rejected', (text) =>
    text.theorem(text.constant('False'), text.constant('True.intro')),
  ),
  forged(6, 'propext says something else', 'kernel', 'axiom-not-allowed', (text) => {
    const no = text.constant('False');
    return text.line(`ax ${text.name('propext')} ${no}`).theorem(no, text.constant('propext'));
  }),
  forged(6, 'False is something else', 'kernel', 'kernel-rejected', (text) => {
    const type = text.term('es 0');
    const no = text.constant('False');
    text.line(`in 0 0 ${text.name('False')} ${type} 1 ${text.name('False.intro')} ${no}`);
    return text.theorem(no, text.constant('False.intro'));
  }),
  forged(8, 'another theorem of that name', 'compare', 'statement-differs', (text) =>
    text.theorem(text.constant('True'), text.constant('True.intro')),
  ),
  forged(11, 'a quotient', 'read', 'malformed-export', (text) => text.line(`qu ${text.name('Quot.lift')}`)),
  forged(11, 'addition is something else', 'kernel', 'kernel-rejected', (text) => {
    const nat = text.constant('Nat');
    const id = text.term(`el d 0 ${nat} ${text.term('eb 0')}`);
    const value = text.term(`el d 0 ${nat} ${id}`);
    const type = text.term(`ep d 0 ${nat} ${text.term(`ep d 0 ${nat} ${nat}`)}`);
    return text.line(`df ${text.name('Nat.add')} ${type} ${value} o`);
  }),
  forged(13, 'a negative number', 'read', 'malformed-export', (text) => proof(text, 'en -1')),
  forged(13, 'a number with a zero before it', 'read', 'malformed-export', (text) => proof(text, 'en 01')),
  forged(13, 'a metavariable', 'read', 'malformed-export', (text) => proof(text, 'em 1')),
  forged(13, 'a free variable', 'read', 'malformed-export', (text) => proof(text, 'ef 1')),
  forged(13, 'a level that is a metavariable', 'read', 'malformed-export', (text) => text.line('uv 1')),
  forged(15, 'a name that is no text', 'read', 'malformed-export', (text) => text.line('ns 0 ff')),
  forged(15, 'a name with half a byte', 'read', 'malformed-export', (text) => text.line('ns 0 6')),
  forged(17, 'something partial', 'read', 'unsupported-declaration', (text) => text.line(`no ${text.name('t')}`)),
  forged(18, 'nothing at all', 'compare', 'target-missing', (text) => text),
  forged(18, 'something behind its end', 'read', 'malformed-export', (text) =>
    text.theorem(text.constant('False'), text.constant('True.intro')).end('end'),
  ),
  forged(18, 'a statement of its own', 'compare', 'target-missing', (text) =>
    text.line(`cl ${text.name('t')} ${text.constant('True')}`).line(`tg ${text.name('t')}`),
  ),
  forged(25, 'the theorem under another name', 'compare', 'target-missing', (text) =>
    text.theorem(text.constant('True'), text.constant('True.intro'), 'T'),
  ),
  forged(25, 'two theorems of one name', 'kernel', 'kernel-rejected', (text) => {
    const [type, value] = [text.constant('True'), text.constant('True.intro')];
    return text.theorem(type, value).theorem(type, value);
  }),
  forged(26, 'a variable that nothing binds', 'kernel', 'kernel-rejected', (text) => proof(text, 'eb 0')),
  forged(27, 'a term before it is there', 'read', 'malformed-export', (text) => proof(text, 'ea 3 4')),
  forged(27, 'a term 0', 'read', 'malformed-export', (text) => proof(text, 'ea 0 1')),
  forged(27, 'the beginning twice', 'read', 'malformed-export', (text) => text.line('lean-docker-mcp-export 1')),
  forged(28, 'a value that compiled code computes', 'read', 'axiom-not-allowed', (text) =>
    text.theorem(text.constant('False'), text.constant('Lean.reduceBool')),
  ),
  forged(28, 'the axiom about such values', 'read', 'axiom-not-allowed', (text) =>
    text.theorem(text.constant('False'), text.constant('Lean.ofReduceBool')),
  ),
  forged(29, 'an import of another folder', 'imports', 'import-not-available', (text) =>
    text.import('..').line(`im ${text.name('/tmp/Evil')}`),
  ),
  forged(29, 'an import of a library by the name of its file', 'imports', 'import-not-available', (text) =>
    text.import('Lean.Data/KVMap'),
  ),
  forged(29, 'an import that is not there', 'imports', 'import-not-available', (text) => text.import('Evil')),
  forged(29, 'eight thousand imports', 'read', 'malformed-export', (text) =>
    text.import(...Array.from({ length: 8000 }, (_, index) => `M${index}`)),
  ),
  forged(30, 'a number with an exponent', 'read', 'malformed-export', (text) => proof(text, 'en 1e999999999')),
  forged(30, 'a number of a hundred thousand digits', 'read', 'malformed-export', (text) =>
    proof(text, `en ${'9'.repeat(100_000)}`),
  ),
  forged(30, 'a variable beyond what terms can hold', 'read', 'malformed-export', (text) => proof(text, 'eb 1048577')),
];

/** A statement that wants `t` to prove a constant, and says nothing else. */
function claiming(constant: string): Buffer {
  const text = begin();
  return text
    .line(`cl ${text.name('t')} ${text.constant(constant)}`)
    .line(`tg ${text.name('t')}`)
    .end();
}

/** Pairs that no text comes to, each to be refused: Lean writes no such statement, or no such submission. */
export const forgedPairs: readonly { readonly statement: () => Buffer; readonly submission: () => Buffer }[] = [
  // The statement does not say what its claim is about, and the submission does.
  {
    statement: () => claiming('Claim'),
    submission: () => {
      const text = begin();
      const [prop, yes] = [text.term('es 0'), text.constant('True')];
      text.line(`df ${text.name('Claim')} ${prop} ${yes} a`);
      return text.theorem(text.constant('Claim'), text.constant('True.intro')).end();
    },
  },
  // The submission has a universe parameter more, which nothing uses.
  {
    statement: () => claiming('True'),
    submission: () => {
      const text = begin();
      const [yes, proof] = [text.constant('True'), text.constant('True.intro')];
      return text.line(`th ${text.name('t')} ${yes} ${proof} ${text.name('u')}`).end();
    },
  },
];

/** What the judge cannot finish within its means; whatever it says then, it is no yes. */
export const exhaustingSubmissions: readonly { readonly title: string; readonly export: () => Buffer }[] = [
  {
    title: 'a term that is a million deep',
    export: () => {
      const text = begin();
      let term = text.constant('True.intro');
      const type = text.constant('True');
      const id = text.term(`el d 0 ${type} ${text.term('eb 0')}`);
      for (let depth = 0; depth < 1_000_000; depth += 1) term = text.term(`ea ${id} ${term}`);
      return text.theorem(text.constant('False'), term).end();
    },
  },
  {
    title: 'more levels than levels can hold',
    export: () => {
      const text = begin();
      let level = 0;
      for (let depth = 0; depth < 1_000_100; depth += 1) level = text.level(`us ${level}`);
      return text.end();
    },
  },
];
