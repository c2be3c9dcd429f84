import type { Project, ProjectModule } from '../../src/projects/project.ts';

/** A project of modules with these texts, in this order, all of which are to be checked. */
export function projectOf(texts: Readonly<Record<string, string>>): Project {
  const modules = Object.entries(texts).map(([name, text]): ProjectModule => ({
    name,
    path: `${name.replaceAll('.', '/')}.lean`,
    text,
    options: [],
  }));
  return {
    modules: new Map(modules.map((module) => [module.name, module])),
    targets: modules.map(({ name }) => name),
    notes: [],
  };
}
