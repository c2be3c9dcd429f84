/** What Lean says first about a name: `name : type`, newer Leans `name (binders) : type`; and where it comes from. */
export interface HoveredName {
  readonly name: string;
  /** The module that declares it, when it is not the text itself. */
  readonly module?: string;
}

/** A name of Lean is shorter. */
const maxStartLength = 2000;
const signature = /^```lean\s+((?:«[^»\n]{0,200}»|[^\s:`(){}[\]⦃«])+)(?:\{[^}\n]{0,200}\})? (?::|[({[⦃])/u;
const origin = /\*import ([\p{L}\p{N}_.'«»]{1,500})\*\s{0,9}$/u;

/** The name that a hover in Markdown is about; `undefined` where it is about a term or says something else. */
export function hoveredName(markdown: string): HoveredName | undefined {
  const name = signature.exec(markdown.slice(0, maxStartLength))?.[1];
  if (name === undefined) return undefined;
  const module = origin.exec(markdown.slice(-maxStartLength))?.[1];
  return { name: name.endsWith('.') ? name.slice(0, -1) : name, ...(module !== undefined && { module }) };
}
