/**
 * Compares the packages that package.json names with those that a Markdown page lists as "| `name` | …".
 *
 * @returns what is wrong with the page, one sentence each
 */
export function dependencyProblems(page: string, packageJson: unknown): string[] {
  const listed = [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name);
  const used = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) =>
    Object.keys(objectAt(packageJson, kind)),
  );
  return [
    ...used.filter((name) => !listed.includes(name)).map((name) => `${name} is in package.json and is not explained`),
    ...listed.filter((name) => !used.includes(name)).map((name) => `${name} is explained and is not in package.json`),
  ];
}

function objectAt(value: unknown, key: string): object {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === 'object' && found !== null ? found : {};
}
