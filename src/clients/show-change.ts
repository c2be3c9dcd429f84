import { createTwoFilesPatch } from 'diff';

/** The change of a file as a unified diff. */
export function showChange(file: string, before: string | undefined, after: string): string {
  const patch = createTwoFilesPatch(before === undefined ? '/dev/null' : file, file, before ?? '', after, '', '', {
    context: 3,
  });
  return patch.replace(/^=+\n/, '').replaceAll('\t\n', '\n');
}
