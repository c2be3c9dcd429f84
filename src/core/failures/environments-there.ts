/** Which environments can be named. @param names the first of them is used when none is named */
export function environmentsThere(names: readonly string[]): string {
  const [first, ...others] = names;
  if (first === undefined) return 'None is configured by name: leave environment out.';
  const all = others.length === 0 ? first : `${first} (used when none is named), ${others.join(', ')}`;
  return `There is ${all}. lean://installation tells what each has.`;
}
