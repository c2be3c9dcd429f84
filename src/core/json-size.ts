/**
 * Counts what a JSON text is made of, no further than to the limit and without making any of it: a value for each element of
 * an array and each member of an object, and one for an empty one. Takes time in proportion to the text, which need not be
 * valid.
 *
 * @returns whether there are more than the limit
 */
export function hasMoreValues(json: string, limit: number): boolean {
  let count = 0;
  for (let place = 0; place < json.length; place += 1) {
    const character = json[place];
    if (character === '"') place = endOfString(json, place);
    else if (character === ',' || character === '[' || character === '{') count += 1;
    if (count > limit) return true;
  }
  return false;
}

/** Where the quotation mark is that ends the string which begins here. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}
