/**
 * The expressions that the stand-in computes itself: natural numbers with + - *, strings with ++ and s!"...",
 * `toString`, `.length` and calls of definitions that are made of these. Whatever else there is throws `NotKnown`.
 */
export class NotKnown extends Error {}

/** An identifier that nothing declares: `at` is its offset in the parsed text. */
export class UnknownIdentifier extends Error {
  constructor(name, at) {
    super(`unknown identifier '${name}'`);
    this.at = at;
    this.length = name.length;
  }
}

const tokens = /\s*(s!"(?:\\[^]|[^"\\])*"|"(?:\\[^]|[^"\\])*"|\d+|[\p{L}_][\p{L}\p{N}_'!?.]*|\+\+|[+\-*()])/uy;
const strength = { '++': 65, '+': 65, '-': 65, '*': 70 };

/** Parses a whole text; `offset` is added to the places that errors name. */
export function parse(text, offset = 0) {
  const list = [];
  for (tokens.lastIndex = 0; text.slice(tokens.lastIndex).trim() !== '';) {
    const found = tokens.exec(text);
    if (found === null) throw new NotKnown();
    list.push({ text: found[1], at: offset + tokens.lastIndex - found[1].length });
  }
  let next = 0;
  const peek = () => list[next]?.text;
  const startsAtom = () => peek() !== undefined && /^(?:s!"|"|\d|\(|[\p{L}_])/u.test(peek());

  const atom = () => {
    const { text: word, at } = list[next] ?? {};
    next += 1;
    if (word === '(') {
      const inner = expression(0);
      if (peek() !== ')') throw new NotKnown();
      next += 1;
      return inner;
    }
    if (word === undefined || !/^(?:s!"|"|\d|[\p{L}_])/u.test(word)) throw new NotKnown();
    if (/^\d/.test(word)) return { kind: 'number', value: BigInt(word) };
    if (word.startsWith('"')) return { kind: 'text', parts: [unescape(word.slice(1, -1))] };
    if (word.startsWith('s!"')) return { kind: 'text', parts: interpolated(word.slice(3, -1), at + 3) };
    return { kind: 'name', name: word, at };
  };
  const application = () => {
    const head = atom();
    if (head.kind !== 'name' || !startsAtom()) return head;
    const args = [];
    while (startsAtom()) args.push(atom());
    return { ...head, kind: 'call', args };
  };
  const expression = (least) => {
    let left = application();
    while ((strength[peek()] ?? -1) > least) {
      const operator = peek();
      next += 1;
      left = { kind: 'operator', operator, left, right: expression(strength[operator]) };
    }
    return left;
  };
  const result = expression(0);
  if (next < list.length) throw new NotKnown();
  return result;
}

function interpolated(source, at) {
  const parts = [];
  let rest = 0;
  for (const hole of source.matchAll(/\{([^{}]*)\}/g)) {
    parts.push(unescape(source.slice(rest, hole.index)), parse(hole[1], at + hole.index + 1));
    rest = hole.index + hole[0].length;
  }
  return [...parts, unescape(source.slice(rest))];
}

const escapes = { n: '\n', t: '\t', r: '\r', '"': '"', "'": "'", '\\': '\\' };
const unescape = (source) =>
  source.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([^]))/g, (_, x, u, other) => {
    if (other === undefined) return String.fromCharCode(parseInt(x ?? u, 16));
    if (escapes[other] === undefined) throw new NotKnown();
    return escapes[other];
  });

/**
 * The type of an expression.
 *
 * @param {(name: string) => {parameters: {name: string, type: string}[], type: string, body: unknown} | undefined} lookup
 */
export function typeOf(node, lookup) {
  if (node.kind === 'number') return 'Nat';
  if (node.kind === 'text') {
    for (const part of node.parts) if (typeof part !== 'string') typeOf(part, lookup);
    return 'String';
  }
  if (node.kind === 'operator') {
    const wanted = node.operator === '++' ? 'String' : 'Nat';
    if (typeOf(node.left, lookup) !== wanted || typeOf(node.right, lookup) !== wanted) throw new NotKnown();
    return wanted;
  }
  const args = (node.args ?? []).map((arg) => typeOf(arg, lookup));
  if (node.name === 'toString' && args.length === 1) return 'String';
  const { target, member } = resolve(node, lookup);
  if (member !== undefined) {
    if (target.type !== 'String' || args.length > 0) throw new NotKnown();
    return 'Nat';
  }
  if (target.type === undefined || target.parameters.length !== args.length) throw new NotKnown();
  if (target.parameters.some((parameter, i) => parameter.type !== args[i])) throw new NotKnown();
  return target.type;
}

/** The value of a well-typed expression: a bigint, a string, or a list of strings. */
export function valueOf(node, lookup) {
  if (node.kind === 'number') return node.value;
  if (node.kind === 'text')
    return node.parts.map((part) => (typeof part === 'string' ? part : shown(valueOf(part, lookup)))).join('');
  if (node.kind === 'operator') {
    const [a, b] = [valueOf(node.left, lookup), valueOf(node.right, lookup)];
    if (node.operator === '*') return a * b;
    if (node.operator === '-') return a > b ? a - b : 0n;
    return a + b;
  }
  const args = (node.args ?? []).map((arg) => valueOf(arg, lookup));
  if (node.name === 'toString') return shown(args[0]);
  const { target, member } = resolve(node, lookup);
  if (target.body === undefined && target.value === undefined) throw new NotKnown();
  if (target.value !== undefined) return member === undefined ? target.value : BigInt([...target.value].length);
  return valueOf(target.body, bind(target, args, lookup));
}

/** `lookup` with the parameters of a definition bound to values. */
export const bind = (definition, args, lookup) => {
  const bound = new Map(
    definition.parameters.map(({ name, type }, i) => [name, { parameters: [], type, value: args[i] }]),
  );
  return (name) => bound.get(name) ?? lookup(name);
};

function resolve({ name, at }, lookup) {
  const target = lookup(name);
  if (target !== undefined) return { target };
  const owner = name.endsWith('.length') ? lookup(name.slice(0, -'.length'.length)) : undefined;
  if (owner?.parameters?.length === 0) return { target: owner, member: 'length' };
  if (name.includes('.') || mayMeanSomething.has(name)) throw new NotKnown();
  throw new UnknownIdentifier(name, at);
}

/** Names that Lean itself gives a meaning, so that nobody may call them unknown. */
const mayMeanSomething = new Set(
  'by do fun from have if let match return show sorry then else true false and cast compare const default dite flip id ite max min none not or panic pure rfl some trivial xor'.split(
    ' ',
  ),
);

const shown = (value) => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value));

/** How `#eval` shows a value. */
export const displayed = (value) => (typeof value === 'string' ? quoted(value) : shown(value));

const quoted = (value) =>
  `"${value.replace(/["\\\n\t]|[\0-\x1f\x7f]/g, (c) => ({ '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t' })[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;
