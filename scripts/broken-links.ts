import { dirname, join, normalize } from 'node:path';

/** A Markdown page, by its path. */
export type Pages = ReadonlyMap<string, string>;

/**
 * Finds links that lead nowhere: to a file that is not there, or to a heading that a page does not have.
 *
 * @param exists whether a file that is no page is there
 * @returns what is wrong, one sentence each
 */
export function brokenLinks(pages: Pages, exists: (path: string) => boolean): string[] {
  return [...pages].flatMap(([path, text]) =>
    [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)].flatMap(([, link = '']) => {
      if (/^[a-z]+:/.test(link)) return [];
      const [file = '', heading] = link.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), file));
      const page = pages.get(target);
      if (page === undefined && !exists(target)) return [`${path}: there is no ${link}`];
      return heading === undefined || headings(page ?? '').has(heading) ? [] : [`${path}: ${link} has no such heading`];
    }),
  );
}

/** The anchors of a page's headings, as GitHub makes them. */
function headings(page: string): ReadonlySet<string> {
  const titles = [...withoutCode(page, '`').matchAll(/^#+ +(.+)$/gm)].map(([, title = '']) => title);
  return new Set(
    titles.map((title) =>
      title
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The page without blocks of code, and without code in lines unless it is kept. */
function withoutCode(page: string, kept?: '`'): string {
  const text = page.replace(/^( *)```[^]*?^ *```$/gm, '');
  return kept === undefined ? text.replace(/`[^`\n]*`/g, '') : text;
}
