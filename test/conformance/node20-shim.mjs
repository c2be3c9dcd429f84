/* The conformance suite imports `globSync` of `fs`, which Node 20 has not; nothing that tests a server uses it. */
import { register } from 'node:module';

const hooks = `
export async function resolve(specifier, context, next) {
  const isSuite = context.parentURL?.includes('/conformance/dist/') ?? false;
  if (specifier === 'fs' && isSuite) return { url: 'shim:fs', shortCircuit: true, format: 'module' };
  return await next(specifier, context);
}
export async function load(url, context, next) {
  if (url !== 'shim:fs') return await next(url, context);
  const source = "export * from 'node:fs'; export { default } from 'node:fs'; export const globSync = () => [];";
  return { format: 'module', shortCircuit: true, source };
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
