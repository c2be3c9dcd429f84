/** What the stand-in says to one command, given the commands before it. */
import { NotKnown, UnknownIdentifier, displayed, parse, typeOf, valueOf } from './expression.mjs';
import { Thrown, parseAction, run } from './action.mjs';
import { declaredName, scopeChange } from './symbols.mjs';
import { positionAt } from './text.mjs';

/** Nothing declared yet. States are never changed, only followed by others. */
export const emptyState = (imports) => ({ before: imports, names: new Map(), scopes: [], opened: [] });

const definition =
  /^def\s+[\p{L}_][\p{L}\p{N}_'.]*((?:\s*\([\p{L}\p{N}_' ]+:\s*(?:Nat|String|List String)\))*)\s*(?::\s*(Nat|String|IO Unit|IO UInt32))?\s*:=\s*([^]+)$/u;
const equation =
  /^(?:theorem\s+[\p{L}_][\p{L}\p{N}_'.]*|example)\s*:([^=]+)=([^=]+?):=\s*(rfl|sorry|by\s+exact sorry)$/u;
/** A claim that something is equal, without a proof; a proof by an axiom that says just that; and one by commutativity. */
const word = String.raw`[\p{L}_][\p{L}\p{N}_'.]*`;
const axiom = new RegExp(`^axiom\\s+${word}\\s*:\\s*(\\d+ = \\d+)$`, 'u');
const byAxiom = new RegExp(`^theorem\\s+${word}\\s*:\\s*(\\d+ = \\d+)\\s*:=\\s*(${word})$`, 'u');
const byCommutativity = new RegExp(
  `^theorem\\s+${word} \\((\\w+) (\\w+) : Nat\\) : \\1 \\+ \\2 = \\2 \\+ \\1 := Nat\\.add_comm \\1 \\2$`,
  'u',
);
const untyped = { parameters: [], type: undefined };

/**
 * @param {{text: string}} command
 * @param {ReturnType<typeof emptyState>} state
 * @param {{find: Function}} known
 * @param {{line: Function, exit: Function}} io what an `#eval` may touch
 * @returns {Promise<{state: typeof state, diagnostics: object[], answers?: object[], crash?: string}>}
 *   diagnostics and answers with positions relative to the command
 */
export async function elaborate({ text }, state, known, io) {
  const next = { ...state, before: [...state.before, text] };
  const name = declaredName(text);
  const fullName = [...namespaces(state), name].join('.');
  if (name !== undefined && state.names.has(fullName)) {
    return {
      state: next,
      diagnostics: [error(text, `'${fullName}' has already been declared`, text.indexOf(name), name.length)],
    };
  }
  const found = known.find(text, state.before);
  const { declared = untyped, diagnostics } = await interpret(text, name, found, (word) => lookUp(state, word), io);
  if (name !== undefined) next.names = new Map(state.names).set(fullName, declared);
  const { word, target } = scopeChange(text) ?? {};
  if (word === 'namespace') next.scopes = [...state.scopes, ...target.split('.')];
  if (word === 'section') next.scopes = [...state.scopes, ''];
  if (word === 'end') next.scopes = state.scopes.slice(0, -Math.max(1, (target ?? '').split('.').length));
  if (word === 'open') next.opened = [...state.opened, target];
  return { state: next, diagnostics, answers: found?.answers, crash: found?.crash };
}

/** What the stand-in makes of a command itself; where it cannot, what is recorded. */
async function interpret(text, name, found, lookup, io) {
  try {
    if (text.includes('\t')) throw new NotKnown();
    if (found?.react !== undefined && name !== undefined)
      return {
        declared: { parameters: parametersOf(definition.exec(text)?.[1]), type: 'IO Unit', react: found.react },
        diagnostics: [],
      };
    if (found?.react !== undefined) return { diagnostics: await captured(text, found.react, io) };
    const claimed = claim(text, name, lookup);
    if (claimed !== undefined) return { declared: claimed, diagnostics: [] };
    if (equation.test(text)) return { diagnostics: compare(text, lookup) };
    if (name !== undefined) return { declared: define(text, lookup, name), diagnostics: [] };
    if (scopeChange(text) !== undefined) return { diagnostics: [] };
    return { diagnostics: await print(text, lookup, io) };
  } catch (problem) {
    if (![NotKnown, UnknownIdentifier, Mismatch].some((kind) => problem instanceof kind)) throw problem;
    if (found !== undefined) return { diagnostics: found.diagnostics };
    if (problem instanceof NotKnown)
      return { diagnostics: [error(text, 'stand-in toolchain: this text is not in its recordings')] };
    const first = error(text, problem.message, problem.at, problem.length);
    if (name !== undefined) return { diagnostics: [first] };
    return { diagnostics: [first, error(text, "cannot evaluate code because it uses 'sorry' and/or contains errors")] };
  }
}

/** What a definition gives to later commands. */
function define(text, lookup, name) {
  const parts = definition.exec(text);
  if (parts === null) throw new NotKnown();
  const [, header, type, body] = parts;
  const parameters = parametersOf(header);
  const locals = new Map([
    [name, untyped],
    ...parameters.map((parameter) => [parameter.name, { ...untyped, type: parameter.type }]),
  ]);
  const known = (word) => locals.get(word) ?? lookup(word);
  const at = text.length - body.length;
  if (type?.startsWith('IO')) return { parameters, type, action: parseAction(text, at, known) };
  const parsed = parse(body, at);
  if (type === 'Nat' && parsed.kind === 'text') throw new Mismatch(body, at);
  const actual = typeOf(parsed, known);
  if (type !== undefined && actual !== type) throw new NotKnown();
  return { parameters, type: actual, body: parsed };
}

function parametersOf(header = '') {
  return [...header.matchAll(/\(([^:]+):\s*([^)]+)\)/g)].flatMap(([, names, type]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => ({ name, type })),
  );
}

/** A literal of text where a number is wanted. */
class Mismatch extends Error {
  constructor(body, at) {
    super(`type mismatch\n  ${body}\nhas type\n  String : Type\nbut is expected to have type\n  Nat : Type`);
    this.at = at;
    this.length = body.length;
  }
}

/** What is taken for true without computing anything. */
function claim(text, name, lookup) {
  const taken = axiom.exec(text);
  if (taken !== null) return { ...untyped, claim: taken[1], axioms: [name] };
  if (byCommutativity.test(text)) return { ...untyped, axioms: [] };
  const [, said, reason] = byAxiom.exec(text) ?? [];
  const proof = reason === undefined ? undefined : lookup(reason);
  return proof?.claim === undefined || proof.claim !== said ? undefined : { ...untyped, axioms: proof.axioms };
}

/** A claim that two values are equal; `rfl` only where they are. */
function compare(text, lookup) {
  const [, left, right, proof] = equation.exec(text);
  const [a, b] = [left, right].map((side) => parse(side));
  if (typeOf(a, lookup) !== typeOf(b, lookup)) throw new NotKnown();
  if (proof !== 'rfl')
    return [diagnostic(text, 2, "declaration uses 'sorry'", text.length - 'sorry'.length, 'sorry'.length)];
  if (valueOf(a, lookup) !== valueOf(b, lookup)) throw new NotKnown();
  return [];
}

/** `#eval` and `#print` of a literal. */
async function print(text, lookup, io) {
  const literal = /^#print ("[^"\\]*")$/.exec(text)?.[1];
  if (literal !== undefined) return [diagnostic(text, 3, JSON.parse(literal), 0, '#print'.length)];
  if (!/^#eval\s/.test(text)) throw new NotKnown();
  const at = /^#eval\s+/.exec(text)[0].length;
  const action = attempt(() => parseAction(text, at, lookup));
  if (action !== undefined) return captured(text, (streams) => run(action, lookup, streams), io);
  const parsed = parse(text.slice(at), at);
  typeOf(parsed, lookup);
  return [information(text, `${displayed(valueOf(parsed, lookup))}\n`)];
}

/** What an action prints, as messages. */
async function captured(text, act, io) {
  let output = '';
  const write = (more) => (output += more);
  try {
    await act({ ...io, out: write, err: write });
    return [information(text, output)];
  } catch (problem) {
    if (!(problem instanceof Thrown)) throw problem;
    return [information(text, output), error(text, problem.message)];
  }
}

function attempt(parseIt) {
  try {
    return parseIt();
  } catch (problem) {
    if (problem instanceof NotKnown) return undefined;
    throw problem;
  }
}

/** The declaration that a name means here: the innermost namespace first, then what is open. */
function lookUp(state, name) {
  const around = namespaces(state);
  for (let depth = around.length; depth >= 0; depth -= 1) {
    const target = state.names.get([...around.slice(0, depth), name].join('.'));
    if (target !== undefined) return target;
  }
  return state.opened.map((prefix) => state.names.get(`${prefix}.${name}`)).find((target) => target !== undefined);
}

const namespaces = ({ scopes }) => scopes.filter((scope) => scope !== '');

function diagnostic(text, severity, message, offset, length) {
  const fullRange = { start: positionAt(text, offset), end: positionAt(text, offset + length) };
  const clipped =
    fullRange.end.line === fullRange.start.line ? fullRange.end : { line: fullRange.start.line + 1, character: 0 };
  return { severity, message, range: { start: fullRange.start, end: clipped }, fullRange };
}
const error = (text, message, offset = 0, length = text.length) => diagnostic(text, 1, message, offset, length);
const information = (text, message) => diagnostic(text, 3, message, 0, '#eval'.length);
