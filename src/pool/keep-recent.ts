/** Entries that are kept at most. */
const kept = 64;

/** Sets an entry of a map that forgets the one that was set the longest ago when it gets too large. */
export function keepRecent<Value>(map: Map<string, Value>, key: string, value: Value): void {
  // Deleted first, so that the map is ordered by last use.
  map.delete(key);
  map.set(key, value);
  const [leastRecent] = map.keys();
  if (map.size > kept && leastRecent !== undefined) map.delete(leastRecent);
}
