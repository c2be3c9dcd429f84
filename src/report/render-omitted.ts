/** What was left out of a result, as a line; nothing when all is there. */
export function renderOmitted(truncated: Readonly<Record<string, unknown>> | undefined): string[] {
  if (truncated === undefined) return [];
  const counts = Object.entries(truncated).map(([what, howMuch]) => `${String(howMuch)} ${what.replace('_', ' ')}`);
  return [`Left out: ${counts.join(', ')}`];
}
