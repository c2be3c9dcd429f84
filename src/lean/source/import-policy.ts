import { makeVisible } from '../../core/visible-text.ts';
import type { Header, HeaderImport } from './header.ts';
import { canonicalName, nameComponents } from './identifier.ts';

/** Which modules code may import: prefixes by component, so that `Lean` covers `Lean.Elab` and not `LeanX`. */
export interface ImportPolicy {
  /** `auto`: what the image has. Empty: everything is allowed. */
  readonly allowed: readonly string[] | 'auto';
  /** Wins over `allowed`. */
  readonly blocked: readonly string[];
  /** First components of the modules that the image has; empty when that is not known. */
  readonly present: readonly string[];
}

export type ImportVerdict =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** Absent when the header was not read to its end. */
      readonly module?: string;
      readonly reason?: 'not-allowed' | 'blocked';
      /** For people and models: the module, its line, the setting that refuses it, and what the image has. */
      readonly message: string;
    };

/**
 * Decides whether the imports of a file are allowed; the first that is not decides. `Init`, which is part of every file,
 * needs no permission, but can be blocked where it is imported by name.
 */
export function checkImports(header: Header, policy: ImportPolicy): ImportVerdict {
  if (header.isCut === true) return { allowed: false, message: tooLong };
  if (policy.allowed.length === 0 && policy.blocked.length === 0) return { allowed: true };
  const allowed = allowedModules(policy).map((prefix) => canonicalName(prefix.trim()));
  const blocked = policy.blocked.map((prefix) => canonicalName(prefix.trim()));
  for (const item of header.imports) {
    const obstacle = blocked.find((prefix) => covers(prefix, item.module));
    if (obstacle !== undefined) return refuse(item, 'blocked', `is blocked: lean.blocked_imports has ${obstacle}`);
    if (leadsElsewhere(item.module)) return refuse(item, 'not-allowed', 'is not allowed: part of its name is a path');
    if (allowed.length > 0 && !['Init', ...allowed].some((prefix) => covers(prefix, item.module))) {
      return refuse(item, 'not-allowed', `is not allowed: ${whatIsAllowed(policy, allowed)}`);
    }
  }
  return { allowed: true };
}

/**
 * The modules that code may import, with all below them; none: all. `auto` has those of the toolchain and Mathlib whatever
 * is known of the image: it may be older than the list of what it has, or something was added to it later.
 */
export function allowedModules({ allowed, present }: Pick<ImportPolicy, 'allowed' | 'present'>): readonly string[] {
  return allowed === 'auto' ? [...new Set([...present, ...usual])] : allowed;
}

const usual = ['Init', 'Lean', 'Mathlib', 'Std'];

function whatIsAllowed({ allowed, present }: ImportPolicy, modules: readonly string[]): string {
  const has = listed(present);
  if (allowed !== 'auto') {
    return `lean.allowed_imports has ${listed(modules)}${present.length === 0 ? '' : `. The image has ${has}`}`;
  }
  return present.length === 0
    ? `lean.allowed_imports is auto, and it is not known what the image has besides ${listed(usual)}`
    : `by default (lean.allowed_imports: auto) code may import what the image has, and that is ${has}`;
}

/** Names that are told at most. */
const told = 40;

function listed(names: readonly string[]): string {
  const more = names.length - told;
  const shown = more > 0 ? [...names.slice(0, told), `${more} more`] : [...names];
  const last = shown.pop() ?? 'nothing';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

const tooLong =
  'The header, which is the imports and the comments among them, is longer than any is read: import fewer modules, and put comments behind the imports.';

function covers(prefix: string, module: string): boolean {
  return module === prefix || module.startsWith(`${prefix}.`);
}

/** Lean makes a path of a name, so that `Lean.«../Secret»` would get past every prefix. */
function leadsElsewhere(module: string): boolean {
  return nameComponents(module).some((component) => component === '' || /[./\\\u0000-\u001f\u007f]/.test(component));
}

function refuse(item: HeaderImport, reason: 'not-allowed' | 'blocked', why: string): ImportVerdict {
  const name = item.module.length > 200 ? `${item.module.slice(0, 200)}…` : item.module;
  const message = makeVisible(`Line ${item.line}: the import of ${name.replace(/\s/g, ' ')} ${why}.`);
  return { allowed: false, module: item.module, reason, message };
}
