/*
 * Which requests the engine's proxy knows: those that a server makes for its sandboxes, and no others. What is passed on is
 * written anew from what was understood here, without a version of the API, because older ones leave settings out.
 */
import { parseJson } from '../core/parse-json.ts';
import { labelPrefix } from '../sandbox/docker/labels.ts';

/** A request that may be passed on, perhaps after a look at what it is about. */
export interface PermittedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** What is to be looked at first. */
  readonly subject: Subject;
}

export type Subject =
  /** Nothing: it tells of the engine, or of our containers only. */
  | { readonly kind: 'engine' }
  /** The answer, which must be about an image of ours. */
  | { readonly kind: 'image'; readonly name: string }
  /** The body, which must describe a sandbox. */
  | { readonly kind: 'creation' }
  /** The container, which must be a sandbox. */
  | { readonly kind: 'container'; readonly id: string; readonly attaches: boolean };

/** Whether a value of the query may be passed on, and as what. */
type Parameter = (value: string) => string | undefined;

interface Route {
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly query?: Readonly<Record<string, Parameter>>;
  readonly requires?: string;
  readonly subject: (name: string) => Subject;
}

const flag: Parameter = (value) => (/^(?:true|false|1|0)$/.test(value) ? value : undefined);
const off: Parameter = (value) => (/^(?:false|0)$/.test(value) ? value : undefined);
const engine = (): Subject => ({ kind: 'engine' });
const container = (id: string): Subject => ({ kind: 'container', id, attaches: false });
const imageName = String.raw`[\w][\w.:/@-]*`;
const containerPath = (rest: string): RegExp => new RegExp(`^/containers/([0-9a-f]{64})${rest}$`);

const routes: readonly Route[] = [
  { methods: ['GET', 'HEAD'], path: /^\/_ping$/, subject: engine },
  { methods: ['GET'], path: /^\/(?:version|info)$/, subject: engine },
  { methods: ['GET'], path: /^\/events$/, query: { filters: ourFilters }, requires: 'filters', subject: engine },
  {
    methods: ['GET'],
    path: /^\/containers\/json$/,
    query: { all: flag, filters: ourFilters },
    requires: 'filters',
    subject: engine,
  },
  {
    methods: ['GET'],
    path: new RegExp(`^/images/(${imageName})/json$`),
    subject: (name) => ({ kind: 'image', name }),
  },
  { methods: ['POST'], path: /^\/containers\/create$/, subject: () => ({ kind: 'creation' }) },
  {
    methods: ['POST'],
    path: containerPath('/attach'),
    query: { stream: flag, hijack: flag, stdin: flag, stdout: flag, stderr: flag },
    subject: (id) => ({ kind: 'container', id, attaches: true }),
  },
  { methods: ['POST'], path: containerPath('/start'), subject: container },
  { methods: ['GET'], path: containerPath('/json'), subject: container },
  { methods: ['GET'], path: containerPath('/stats'), query: { stream: off, 'one-shot': flag }, subject: container },
  { methods: ['DELETE'], path: containerPath(''), query: { force: flag, v: flag }, subject: container },
];

/** @returns `undefined` when it is none that a server makes */
export function permittedRequest(method: string, target: string): PermittedRequest | undefined {
  if (!URL.canParse(target, 'http://engine')) return undefined;
  const { pathname, searchParams } = new URL(target, 'http://engine');
  for (const { methods, path, query = {}, requires, subject } of routes) {
    const match = path.exec(pathname);
    if (match === null || !methods.includes(method)) continue;
    const parameters = new URLSearchParams();
    for (const [name, value] of searchParams) {
      const isKnown = Object.hasOwn(query, name) && !parameters.has(name);
      const passed = isKnown ? query[name]?.(value) : undefined;
      if (passed === undefined) return undefined;
      parameters.set(name, passed);
    }
    if (requires !== undefined && !parameters.has(requires)) return undefined;
    const text = parameters.toString();
    return { method, path: text === '' ? pathname : `${pathname}?${text}`, subject: subject(match[1] ?? '') };
  }
  return undefined;
}

/** Filters that leave nothing but containers of ours. */
function ourFilters(value: string): string | undefined {
  const filters = parseJson(value);
  if (typeof filters !== 'object' || filters === null) return undefined;
  const entries = Object.entries(filters) as [string, unknown][];
  const areLists = entries.every(
    ([name, list]) => ['label', 'event', 'type', 'status'].includes(name) && isTextList(list),
  );
  const labels = (filters as { label?: string[] }).label ?? [];
  const areOurs = areLists && labels.length > 0 && labels.every((label) => label.startsWith(labelPrefix));
  return areOurs ? JSON.stringify(filters) : undefined;
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
